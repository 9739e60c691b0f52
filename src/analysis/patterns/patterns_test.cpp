#include "vedette/analysis/patterns.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "vedette/ports/testing/memory_pass_index.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class PatternsTest : public ::testing::Test {
protected:
    void pass(std::chrono::microseconds at, std::string camera = "gate") {
        pass_of("AB1", at, std::move(camera));
    }
    domain::Event& pass_of(const std::string& plate, std::chrono::microseconds at,
                           std::string camera) {
        auto event = ports::testing::sample_sighting("e" + std::to_string(events_.size()), plate,
                                                     at.count());
        event.camera = domain::CameraId{std::move(camera)};
        return events_.emplace_back(std::move(event));
    }
    void stand(const std::string& plate, std::chrono::microseconds from,
               std::chrono::microseconds time, std::string camera = "gate") {
        domain::Event& event = pass_of(plate, from, std::move(camera));
        event.stationary = true;
        event.last_seen = event.first_seen + time;
    }
    PatternReport report() const {
        ports::testing::MemoryPassIndex index;
        index.add(events_);
        auto found = find_patterns(index, "AB1", {WallTime{}, WallTime::max()}, options_);
        EXPECT_TRUE(found) << found.error().message();
        return found ? *std::move(found) : PatternReport{};
    }
    std::vector<std::string> told(PatternKind kind) const {
        std::vector<std::string> out;
        for (const Pattern& one : report().patterns)
            if (one.kind == kind)
                out.push_back(one.why);
        return out;
    }

    std::vector<domain::Event> events_;
    PatternOptions options_;
};

TEST_F(PatternsTest, ANewVehicleIsNotOneThatWasHereBefore) {
    pass(24h);
    EXPECT_THAT(told(PatternKind::first_seen),
                ElementsAre("first seen at gate; nowhere in the 90 days before"));
    pass(-24h, "yard");
    EXPECT_THAT(told(PatternKind::first_seen), IsEmpty());
    options_.quiet_before = 24h;
    EXPECT_THAT(told(PatternKind::first_seen), ElementsAre(HasSubstr("in the 1 day before")));
}

TEST_F(PatternsTest, FrequentCountsDaysAndNotPasses) {
    for (int i = 0; i < 20; ++i)
        pass(std::chrono::minutes{10 * i});
    EXPECT_THAT(told(PatternKind::frequent), IsEmpty());
    for (int day = 1; day < 5; ++day)
        pass(24h * day);
    EXPECT_THAT(told(PatternKind::frequent),
                ElementsAre("at gate on 5 days (UTC), 24 times in all"));
}

TEST_F(PatternsTest, ACameraThatACarCarriesIsNoPlace) {
    options_.carried = {domain::CameraId{"rear"}};
    for (int day = 0; day < 6; ++day)
        for (int hour = 0; hour < 3; ++hour)
            pass(24h * day + 20min * hour, "rear");
    stand("AB1", 24h * 8, 2h, "rear");
    pass(24h * 9);
    const auto found = report();
    EXPECT_EQ(found.carried, 19U);
    EXPECT_EQ(found.passes, 20U);
    ASSERT_THAT(found.patterns, SizeIs(1));
    EXPECT_EQ(found.patterns[0].kind, PatternKind::first_seen) << "it was known by then";
    EXPECT_EQ(found.patterns[0].camera, domain::CameraId{"rear"});
}

TEST_F(PatternsTest, CirclingIsOnePlaceWithinAShortWhile) {
    pass(0min);
    pass(1min); // the same pass, read twice
    pass(20min);
    EXPECT_THAT(told(PatternKind::circling), IsEmpty());
    pass(30min, "yard");
    EXPECT_THAT(told(PatternKind::circling), IsEmpty()) << "elsewhere";
    pass(60min);
    EXPECT_THAT(told(PatternKind::circling), ElementsAre("3 times at gate within 1 hour"));
    pass(61min + 1us);
    pass(200min);
    EXPECT_THAT(told(PatternKind::circling), ElementsAre("3 times at gate within 1 hour"));
}

TEST_F(PatternsTest, DwellIsFromInToOut) {
    options_.sites = {{"the depot", domain::CameraId{"in"}, domain::CameraId{"out"}}};
    pass(0h, "out"); // it was inside before anybody looked
    pass(1h, "in");
    pass(3h + 5min, "out");
    pass(5h, "in"); // its way out was missed
    pass(6h, "in");
    pass(6h + 10min, "out"); // too short to speak of
    pass(7h, "in");          // still there
    EXPECT_THAT(told(PatternKind::dwell), ElementsAre("at the depot for 2 hours 5 minutes"));
    options_.dwell_at_most = 1h;
    EXPECT_THAT(told(PatternKind::dwell), IsEmpty());
}

TEST_F(PatternsTest, StationaryIsStandingBeforeOneCameraForAWhile) {
    stand("AB1", 1h, 2h + 5min);
    stand("AB1", 5h, 20min);
    pass(8h);
    EXPECT_THAT(told(PatternKind::stationary), ElementsAre("stood at gate for 2 hours 5 minutes"));
    options_.dwell_at_least = 20min;
    EXPECT_THAT(told(PatternKind::stationary), SizeIs(2));
    options_.dwell_at_most = 1h;
    EXPECT_THAT(told(PatternKind::stationary), ElementsAre("stood at gate for 20 minutes"));
}

TEST_F(PatternsTest, CoParkingIsStandingTogetherAgainAndAgain) {
    stand("AB1", 0h, 2h);
    stand("AB1", 24h, 2h);
    stand("AB1", 48h, 2h);
    stand("CD2", 1h, 3h);          // together for an hour
    stand("CD2", 23h, 1h + 15min); // for a quarter of an hour
    stand("CD2", 49h + 50min, 5h); // for ten minutes
    stand("EF3", 0h, 2h);          // once alone
    stand("GH4", 0h, 2h, "yard");  // elsewhere
    stand("GH4", 24h, 2h, "yard");
    EXPECT_THAT(told(PatternKind::co_parking),
                ElementsAre("at gate together with CD2 on 2 of 3 stays; CD2 stayed there 3 times"));
    const auto patterns = report().patterns;
    const auto found = std::find_if(patterns.begin(), patterns.end(), [](const Pattern& one) {
        return one.kind == PatternKind::co_parking;
    });
    ASSERT_NE(found, patterns.end());
    EXPECT_EQ(found->with, "CD2");
    EXPECT_EQ(found->from, WallTime{1h});
    EXPECT_EQ(found->to, WallTime{24h + 15min});
    EXPECT_EQ(found->passes.size(), 4U);
    options_.together_times = 3;
    EXPECT_THAT(told(PatternKind::co_parking), IsEmpty());
    options_.together_at_least = 10min;
    EXPECT_THAT(told(PatternKind::co_parking), SizeIs(1));
}

TEST_F(PatternsTest, CoParkingAtASiteIsBetweenItsCameras) {
    options_.sites = {{"the depot", domain::CameraId{"in"}, domain::CameraId{"out"}}};
    for (const auto day : {0h, 24h}) {
        pass(day, "in");
        pass(day + 8h, "out");
        pass_of("CD2", day + 1h, "in");
        pass_of("CD2", day + 9h, "out");
        pass_of("EF3", day + 7h + 50min, "in"); // comes when it goes
        pass_of("EF3", day + 12h, "out");
    }
    EXPECT_THAT(told(PatternKind::dwell), SizeIs(2));
    EXPECT_THAT(told(PatternKind::co_parking),
                ElementsAre("at the depot together with CD2 on 2 of 2 stays; CD2 stayed there 2 "
                            "times"));
    options_.most_partners = 1;
    options_.together_at_least = 10min;
    EXPECT_THAT(told(PatternKind::co_parking), SizeIs(1));
}

TEST_F(PatternsTest, TheOrderInWhichPassesCameDoesNotMatter) {
    std::mt19937_64 random{3};
    for (int i = 0; i < 200; ++i)
        pass(std::chrono::minutes{random() % 20'000}, random() % 2 == 0 ? "gate" : "yard");
    const auto all = [&] {
        std::string text;
        for (const Pattern& one : report().patterns) {
            text += std::string{to_string(one.kind)} + one.why;
            for (const auto& id : one.passes)
                text += id.value() + ",";
        }
        return text;
    };
    const std::string before = all();
    EXPECT_THAT(before, HasSubstr("circling"));
    for (std::size_t i = events_.size(); i > 1; --i)
        std::swap(events_[i - 1], events_[random() % i]);
    EXPECT_EQ(all(), before);
    events_.insert(events_.end(), events_.begin(), events_.end());
    EXPECT_EQ(all(), before) << "delivered again";
}

TEST_F(PatternsTest, SaysWhenPassesWereCutOffAndRefusesNonsense) {
    for (int i = 0; i < 5; ++i)
        pass(std::chrono::minutes{10 * i});
    EXPECT_TRUE(report().complete);
    options_.most_passes = 4;
    EXPECT_FALSE(report().complete);
    EXPECT_EQ(report().passes, 4U);
    const ports::testing::MemoryPassIndex index;
    options_.circling_passes = 1;
    const auto refused = find_patterns(index, "A", {WallTime{}, WallTime{1h}}, options_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("circling_passes must be 2..100"));
    EXPECT_FALSE(find_patterns(index, "A", {WallTime{}, WallTime{}}));
}

} // namespace
} // namespace vedette::analysis
