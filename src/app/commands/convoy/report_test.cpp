#include "app/commands/convoy/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/output/convoy_json.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

analysis::ConvoyReport sample() {
    analysis::ConvoyReport report;
    report.plate = "AB12CDE";
    report.span = {WallTime{0s}, WallTime{24h}};
    report.passes = 12;
    report.sessions = 3;
    report.around = 40;
    report.candidates = 2;
    report.traffic = 1'000;
    report.chance_llr = 6.9;
    report.limits = {"only the first 2000 passes of the subject were looked at"};
    analysis::Companion far;
    far.plate = "ZZ1";
    far.llr = 1.25;
    analysis::Companion near;
    near.plate = "XY9";
    near.llr = 12.5;
    near.terms = {
        .meeting = 10, .turns = 6, .missed = -1, .capped = -1, .sessions = -2, .lag = 0.5};
    near.sessions = 2;
    near.places = 4;
    near.expected_sessions = 0.125;
    near.median_lag = 18'500ms;
    near.side = analysis::ConvoySide::behind;
    near.passes.push_back({domain::EventId{"a"}, domain::EventId{"b"}, domain::CameraId{"gate"},
                           WallTime{60s}, 18'500ms, 1});
    report.companions = {near, far};
    report.groups = {{{"XY9", "ZZ1"}, {0, 1}}};
    return report;
}

std::string written(const analysis::ConvoyReport& report, std::size_t explained) {
    std::ostringstream out;
    write_convoy(report, explained, out);
    return out.str();
}

TEST(ConvoyText, MarksWhatIsAboveTheBarAndSaysWhy) {
    const std::string text = written(sample(), 1);
    EXPECT_THAT(text, HasSubstr("AB12CDE: 12 passes in 3 journeys"));
    EXPECT_THAT(text, HasSubstr("note: only the first 2000 passes"));
    EXPECT_THAT(text, ::testing::ContainsRegex("XY9 +12\\.5 \\* +2 +0\\.12 +4 +1 +18\\.5"));
    EXPECT_THAT(text, ::testing::ContainsRegex("ZZ1 +1\\.2 +"));
    EXPECT_THAT(text, Not(::testing::ContainsRegex("ZZ1 +1\\.2 \\*")));
    EXPECT_THAT(text, HasSubstr("it drives behind, by 18.5 s"));
    EXPECT_THAT(text, HasSubstr("together in 2 of 3 journeys, at 4 places"));
    EXPECT_THAT(text, Not(HasSubstr("\nZZ1\n"))) << "one is explained";
    EXPECT_THAT(text, HasSubstr("group: XY9 ZZ1 travel with it and with each other in 2 journeys"));
}

TEST(ConvoyText, SaysWhenThereIsNobody) {
    auto report = sample();
    report.companions.clear();
    report.groups.clear();
    EXPECT_THAT(written(report, 3), HasSubstr("nobody was with it"));
}

TEST(ConvoyJson, HoldsEverythingOfTheReport) {
    const auto json = nlohmann::json::parse(convoy_json(sample()));
    EXPECT_EQ(json["plate"], "AB12CDE");
    EXPECT_EQ(json["to"], "1970-01-02T00:00:00.000000Z");
    EXPECT_EQ(json["traffic"], 1'000);
    const auto& companion = json["companions"][0];
    EXPECT_EQ(companion["terms"]["turns"], 6);
    EXPECT_EQ(companion["side"], "behind");
    EXPECT_EQ(companion["median_lag_s"], 18.5);
    EXPECT_EQ(companion["passes"][0]["companion_event"], "b");
    EXPECT_EQ(companion["passes"][0]["lag_s"], 18.5);
    EXPECT_FALSE(companion["why"].empty());
    EXPECT_EQ(json["groups"][0]["sessions"], (std::vector<int>{0, 1}));
}

} // namespace
} // namespace vedette::app
