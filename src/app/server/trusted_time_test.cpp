#include "app/server/trusted_time.h"

#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

/// A wall clock that can be set.
class SetClock final : public Clock {
public:
    [[nodiscard]] WallTime wall_now() const override { return wall; }
    [[nodiscard]] SteadyTime steady_now() const override { return steady; }
    void pass(std::chrono::microseconds time) {
        wall += time;
        steady += time;
    }
    WallTime wall{days{20'000}};
    SteadyTime steady{1h};
};

class TrustedTimeTest : public ::testing::Test {
protected:
    SetClock clock_;
    NullLog log_;
    const WallTime start_ = clock_.wall;
};

TEST_F(TrustedTimeTest, IsTheClockWhileItGoesOn) {
    TrustedTime time{start_ - 3h, clock_, log_};
    EXPECT_EQ(time.now(), start_);
    clock_.pass(days{400});
    EXPECT_EQ(time.now(), start_ + days{400}) << "nobody asked for so long";
    clock_.wall += 9min;
    EXPECT_EQ(time.now(), clock_.wall);
    clock_.wall -= 5min;
    EXPECT_EQ(time.now(), clock_.wall);
    EXPECT_FALSE(time.in_doubt());
}

TEST_F(TrustedTimeTest, AMomentFarAheadChangesNothing) {
    TrustedTime time{start_, clock_, log_};
    clock_.wall += days{4000};
    clock_.pass(10min);
    EXPECT_EQ(time.now(), start_ + 10min);
    EXPECT_TRUE(time.in_doubt());
    clock_.pass(23h);
    EXPECT_EQ(time.now(), start_ + 23h + 10min);
    clock_.wall -= days{4000};
    EXPECT_EQ(time.now(), clock_.wall);
    EXPECT_FALSE(time.in_doubt());
    clock_.wall += days{4000};
    EXPECT_EQ(time.now(), clock_.wall - days{4000}) << "every time anew";
}

TEST_F(TrustedTimeTest, ADayLaterItIsBelieved) {
    TrustedTime time{start_, clock_, log_};
    clock_.wall += days{100};
    EXPECT_EQ(time.now(), start_);
    clock_.pass(12h);
    clock_.wall += 5h;
    EXPECT_EQ(time.now(), start_ + 12h) << "it was set once more: the day begins again";
    clock_.pass(13h);
    EXPECT_EQ(time.now(), start_ + 25h);
    clock_.pass(11h);
    EXPECT_EQ(time.now(), clock_.wall);
    EXPECT_FALSE(time.in_doubt());
}

TEST_F(TrustedTimeTest, WithoutABatteryItStartsIn1970) {
    clock_.wall = WallTime{} + 10s;
    TrustedTime time{start_, clock_, log_};
    EXPECT_EQ(time.now(), clock_.wall) << "the earlier one";
    clock_.pass(20s);
    clock_.wall = start_ + 5min; // the network told it
    EXPECT_EQ(time.now(), clock_.wall) << "which is what it should be";
    EXPECT_FALSE(time.in_doubt());
}

TEST_F(TrustedTimeTest, AfterALongSleepItWaitsADay) {
    TrustedTime time{start_ - days{3}, clock_, log_};
    EXPECT_EQ(time.now(), start_ - days{3});
    clock_.pass(24h);
    EXPECT_EQ(time.now(), clock_.wall);
}

TEST_F(TrustedTimeTest, WithNothingWrittenTheClockIsBelieved) {
    TrustedTime time{std::nullopt, clock_, log_};
    EXPECT_EQ(time.now(), start_);
}

TEST_F(TrustedTimeTest, AClockSetBackCountsAtOnceAndForADayWhenItReturns) {
    TrustedTime time{start_, clock_, log_};
    clock_.wall -= days{50};
    EXPECT_EQ(time.now(), clock_.wall);
    clock_.pass(24h);
    EXPECT_EQ(time.now(), start_ - days{49});
    clock_.wall += days{50};
    EXPECT_EQ(time.now(), start_ - days{49}) << "by now that was believed";
}

} // namespace
} // namespace vedette::app
