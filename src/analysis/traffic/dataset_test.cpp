#include "vedette/analysis/traffic_dataset.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "testing/temporary_folder.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/place_file.h"

namespace vedette::analysis {
namespace {

using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
}

TrafficOptions small() {
    TrafficOptions options;
    options.days = 1;
    options.vehicles = 300;
    options.cameras = 80;
    options.subjects = 1;
    options.trips = {1};
    return options;
}

TEST(TrafficDataset, HoldsReadsPlacesTruthAndMisreads) {
    const TemporaryFolder folder;
    auto dataset = TrafficDataset::create(folder.path() / "town", false);
    ASSERT_TRUE(dataset);
    const auto truth = simulate_traffic(small(), **dataset);
    ASSERT_TRUE(truth);
    ASSERT_TRUE((*dataset)->finish(*truth, "Synthetic", 1, options_to_json(small())));

    const auto passes = read_passes(folder.path() / "town/sightings.jsonl");
    ASSERT_TRUE(passes) << passes.error().message();
    EXPECT_EQ(passes->size(), truth->reads);
    EXPECT_EQ(read_places(folder.path() / "town/cameras.csv").value(), truth->places);

    const auto json = nlohmann::json::parse(text_of(folder.path() / "town/truth.json"));
    EXPECT_EQ(json["seed"], 1);
    EXPECT_EQ(json["options"]["vehicles"], 300);
    EXPECT_EQ(json["counts"]["reads"], truth->reads);
    EXPECT_EQ(json["subjects"].size(), 1U);
    EXPECT_EQ(json["subjects"][0]["followers"].size(), 3U);
    EXPECT_EQ(json["subjects"][0]["plate"], truth->subjects[0].plate);

    std::istringstream misreads{text_of(folder.path() / "town/truth_reads.jsonl")};
    std::uint64_t count = 0;
    for (std::string line; std::getline(misreads, line); ++count) {
        const auto misread = nlohmann::json::parse(line);
        EXPECT_NE(misread["plate"], misread["true_plate"]);
    }
    EXPECT_EQ(count, truth->misreads);
}

TEST(TrafficDataset, ReplacesOnlyWhenToldTo) {
    const TemporaryFolder folder;
    folder.write("truth.json", "{}");
    const auto refused = TrafficDataset::create(folder.path(), false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::already_exists);
    EXPECT_THAT(refused.error().message(), HasSubstr("--replace"));
    EXPECT_TRUE(TrafficDataset::create(folder.path(), true));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "truth.json")); // not whole yet
}

} // namespace
} // namespace vedette::analysis
