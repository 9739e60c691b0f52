#include "app/commands/read_plate/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ReadPlate plate() {
    ReadPlate one;
    one.read.corners = {{{0.25F, 0.5F}, {0.75F, 0.5F}, {0.75F, 0.6F}, {0.25F, 0.6F}}};
    one.read.confidence = 0.81F;
    one.read.detection_score = 0.9F;
    one.read.height_px = 24.04F;
    one.text.observed = "ab 12O";
    one.text.normalized = "AB12O";
    one.text.resolved = "AB120";
    one.text.confidence = 0.87F;
    one.text.character_confidence = {0.99F, 0.98F, 0.6F, 0.99F, 0.97F};
    one.text.regions = {{"gb", 0.7F}, {"de", 0.2F}, {"fr", 0.06F}, {"it", 0.04F}};
    return one;
}

std::string text_of(const PicturePlates& report) {
    std::ostringstream out;
    write_text(report, out);
    return out.str();
}

nlohmann::json json_of(const PicturePlates& report) {
    std::ostringstream out;
    write_json(report, out);
    EXPECT_EQ(out.str().find('\n'), out.str().size() - 1) << "one line per picture";
    return nlohmann::json::parse(out.str());
}

TEST(ReadPlateReport, GivesProgramsEverythingThatIsKnown) {
    const auto report = json_of({"car.jpg", 400, 200, {plate()}, 1});
    EXPECT_EQ(report["file"], "car.jpg");
    EXPECT_EQ(report["too_small"], 1);
    const auto& one = report["plates"].at(0);
    EXPECT_EQ(one["text"], "AB120");
    EXPECT_EQ(one["observed"], "ab 12O");
    EXPECT_EQ(one["normalized"], "AB12O");
    EXPECT_EQ(one["corners"].at(2), nlohmann::json({300.0, 120.0})); // pixels
    EXPECT_EQ(one["character_confidence"].size(), 5U);
    EXPECT_DOUBLE_EQ(one["character_confidence"].at(2), 0.6);
    EXPECT_DOUBLE_EQ(one["height_px"], 24.0);
    EXPECT_EQ(one["regions"].size(), 4U);
    EXPECT_EQ(one["regions"].at(0)["region"], "gb");
}

TEST(ReadPlateReport, IsAnEmptyListWhereNothingWasFound) {
    EXPECT_TRUE(json_of({"empty.jpg", 4, 2, {}, 0})["plates"].empty());
    EXPECT_EQ(text_of({"empty.jpg", 4, 2, {}, 0}), "empty.jpg\n  no plate that could be read\n");
}

TEST(ReadPlateReport, SurvivesAFileNameThatIsNoUtf8) {
    EXPECT_EQ(json_of({"caf\xe9.jpg", 4, 2, {}, 0})["file"], "caf\uFFFD.jpg");
}

TEST(ReadPlateReport, TellsPeopleWhatToLookAtAgain) {
    const std::string text = text_of({"car.jpg", 400, 200, {plate()}, 2});
    EXPECT_THAT(text, HasSubstr("AB120       87 %, unsure of sign 3 (60 %), seen as AB12O"));
    EXPECT_THAT(text, HasSubstr("at 100,100, 24 px high; gb 70 %, de 20 %, fr 6 %\n"));
    EXPECT_THAT(text, Not(HasSubstr("it 4 %"))) << "three regions are enough for people";
    EXPECT_THAT(text, HasSubstr("and 2 too small to read"));
}

TEST(ReadPlateReport, IsSilentOfDoubtsThatThereAreNot) {
    ReadPlate sure = plate();
    sure.text.normalized = sure.text.resolved;
    sure.text.character_confidence = {0.99F, 0.98F, 0.96F, 0.99F, 0.97F};
    sure.text.regions.clear();
    const std::string text = text_of({"car.jpg", 400, 200, {sure}, 0});
    EXPECT_THAT(text, Not(HasSubstr("unsure")));
    EXPECT_THAT(text, Not(HasSubstr("seen as")));
    EXPECT_THAT(text, HasSubstr("no known form"));
    EXPECT_THAT(text, Not(HasSubstr("too small")));
}

} // namespace
} // namespace vedette::app
