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
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class PatternsTest : public ::testing::Test {
protected:
    void pass(std::chrono::microseconds at, std::string camera = "gate") {
        auto event = ports::testing::sample_sighting("e" + std::to_string(events_.size()), "AB1",
                                                     at.count());
        event.camera = domain::CameraId{std::move(camera)};
        events_.push_back(event);
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
