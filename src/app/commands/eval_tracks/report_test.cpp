#include "app/commands/eval_tracks/report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

vision::SequenceResult sequence(const std::string& name, std::int64_t found) {
    vision::SequenceResult result{.name = name, .fps = 10, .tracking_ms = 2, .score = {}};
    result.score.frames = 10;
    result.score.truth_boxes = 10;
    result.score.result_boxes = found;
    result.score.found = found;
    result.score.identified = found;
    return result;
}

TEST(EvalTracksReport, GivesPeopleALinePerSequenceAndTheTotal) {
    std::ostringstream out;
    write_table({sequence("one", 10), sequence("two", 5)}, out);
    EXPECT_THAT(out.str(), HasSubstr("one"));
    EXPECT_THAT(out.str(), HasSubstr("total       75.0   85.7"));
    EXPECT_THAT(out.str(), HasSubstr("0.200"));
    EXPECT_THAT(out.str(), Not(HasSubstr("Synthetic")));
}

TEST(EvalTracksReport, SaysWhenDetectionsAreSynthetic) {
    auto made = sequence("one", 10);
    made.source = vision::DetectionSource::perturbed;
    std::ostringstream out;
    write_table({made}, out);
    EXPECT_THAT(out.str(), HasSubstr("Synthetic detections"));
}

TEST(EvalTracksReport, GivesProgramsSharesAndCounts) {
    std::ostringstream out;
    write_json({sequence("one", 10), sequence("two", 5)}, out);
    const auto report = nlohmann::json::parse(out.str());
    EXPECT_EQ(report["sequences"].size(), 2U);
    EXPECT_EQ(report["sequences"][1]["name"], "two");
    EXPECT_EQ(report["sequences"][1]["detections"], "given");
    EXPECT_DOUBLE_EQ(report["total"]["mota"], 0.75);
    EXPECT_EQ(report["total"]["missed"], 5);
}

} // namespace
} // namespace vedette::app
