#include <gmock/gmock.h>

#include <fstream>

#include "eval/baselines.h"
#include "following/test_town.h"
#include "testing/temporary_folder.h"
#include "vedette/analysis/eval_following.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream{file, std::ios::binary} << text;
}

constexpr const char* kTruth = R"({"description": "a ring", "subjects": [{"plate": "SUBJ1",
    "followers": [{"plate": "SHADOW", "trips": 4, "tactic": "close"},
                  {"plate": "NEVERSEEN", "trips": 2, "tactic": "parallel"}]}]})";

TEST(FollowingTruth, SaysWhatIsWrongWithAFile) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "truth.json";
    EXPECT_FALSE(read_following_truth(file));
    for (const char* bad : {"", "[]", "{}", R"({"subjects": [{}]})",
                            R"({"subjects": [{"plate": "A", "followers": [{"trips": 2}]}]})"}) {
        write(file, bad);
        const auto truth = read_following_truth(file);
        ASSERT_FALSE(truth) << bad;
        EXPECT_THAT(truth.error().message(), ::testing::HasSubstr("truth.json")) << bad;
    }
    write(file, kTruth);
    const auto truth = read_following_truth(file);
    ASSERT_TRUE(truth);
    EXPECT_EQ(truth->subjects.at(0).followers.at(0).trips, 4U);
}

TEST(FollowingEvaluation, RanksFollowersAndCountsTheUnseen) {
    const TemporaryFolder folder;
    const auto data = folder.path() / "ring";
    std::filesystem::create_directories(data);
    testing::Town town;
    town.plant("SUBJ1", "SHADOW", 16, 4, 9);
    std::string lines = pass_csv_header() + "\n";
    for (const Pass& pass : town.passes(7))
        lines += pass_to_csv(pass) + "\n";
    write(data / "sightings.csv", lines);
    write(data / "truth.json", kTruth);
    const auto found = find_following_data(folder.path());
    ASSERT_TRUE(found);
    ASSERT_THAT(*found, ::testing::ElementsAre(data));
    const auto result = evaluate_following(data, {});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->name, "ring");
    ASSERT_EQ(result->ranks.size(), 2U);
    EXPECT_EQ(result->ranks[0].innocents_above[0], 0);
    EXPECT_EQ(result->ranks[0].trips_seen, 4U);
    EXPECT_FALSE(result->ranks[1].seen);
    EXPECT_EQ(result->ranks[1].innocents_above[0], static_cast<double>(result->pairs - 1));
    ASSERT_EQ(result->trips.size(), 2U);
    EXPECT_EQ(result->trips[0].trips, 4U);
    EXPECT_EQ(result->trips[0].false_per_day[0], 0);
    EXPECT_GT(result->trips[1].false_per_day[0], 1); // everybody is above who was never seen
    ASSERT_EQ(result->findable.size(), 1U);
    EXPECT_LE(result->calibration_error, 1);
    EXPECT_FALSE(find_following_data(data / "nothing"));
}

TEST(Baselines, CountAsTheirRulesSay) {
    Finding finding;
    finding.evidence.sessions.resize(2);
    for (int i = 0; i < 3; ++i) {
        CoSighting seen;
        seen.place = static_cast<std::uint32_t>(i);
        seen.subject_at = testing::at_second(i * 60);
        finding.evidence.sessions[0].together.push_back(seen);
    }
    CoSighting later;
    later.place = 2;
    later.subject_at = testing::at_second(3600 * 2);
    finding.evidence.sessions[1].together.push_back(later);
    EXPECT_EQ(baseline_score(FollowingMethod::count_in_window, finding), 3);
    EXPECT_EQ(baseline_score(FollowingMethod::distinct_places, finding), 3);
    // 4 appearances in 2 hours: min(2 / 2, 1) + 0.3; three places: 0.4
    EXPECT_DOUBLE_EQ(baseline_score(FollowingMethod::chasing_your_tail, finding), 1.7);
}

} // namespace
} // namespace vedette::analysis
