#include "wall_anchor.h"

#include <gtest/gtest.h>

#include "recent_plates.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;

/// A wall clock that can be set.
class SetClock final : public Clock {
public:
    [[nodiscard]] WallTime wall_now() const override { return wall; }
    [[nodiscard]] SteadyTime steady_now() const override { return steady; }
    void pass(std::chrono::microseconds time) {
        wall += time;
        steady += time;
    }
    WallTime wall{1h};
    SteadyTime steady{50h};
};

class WallAnchorTest : public ::testing::Test {
protected:
    /// The date of a picture that stands so far behind the start of the input.
    WallTime dated_at(std::chrono::microseconds position) {
        auto frame = std::make_shared<imaging::Frame>();
        frame->at = StreamTime{position};
        frame->captured_at = opened_at_ + position;
        return anchor_.dated(frame)->captured_at;
    }
    SetClock clock_;
    const WallTime opened_at_ = clock_.wall;
    WallAnchor anchor_{clock_};
};

TEST_F(WallAnchorTest, ChangesNothingWhileTheClockGoesOn) {
    clock_.pass(24h * 30);
    EXPECT_EQ(dated_at(24h * 30), opened_at_ + 24h * 30);
    clock_.wall += 900ms; // less than a camera is late
    EXPECT_EQ(dated_at(24h * 30), opened_at_ + 24h * 30);
}

TEST_F(WallAnchorTest, FollowsAClockThatIsSet) {
    clock_.pass(10s);
    clock_.wall += 24h * 20'000; // the network told it
    EXPECT_EQ(dated_at(10s), opened_at_ + 24h * 20'000 + 10s);
    clock_.pass(1h);
    EXPECT_EQ(dated_at(1h), opened_at_ + 24h * 20'000 + 1h);
    clock_.wall -= 24h * 20'000;
    EXPECT_EQ(dated_at(1h), opened_at_ + 1h);
}

TEST_F(WallAnchorTest, FollowsAClockThatIsSlewed) {
    for (int minute = 1; minute <= 100; ++minute) {
        clock_.pass(1min);
        clock_.wall -= 30ms;
        const auto late = clock_.wall - dated_at(std::chrono::minutes{minute});
        EXPECT_LE(std::chrono::abs(late), 1s + 30ms);
    }
}

TEST(RecentPlates, AClockThatWasSetBackMakesNoDuplicates) {
    RecentPlates plates{30s};
    EXPECT_FALSE(plates.seen_again("AB12CD", WallTime{10h}));
    EXPECT_TRUE(plates.seen_again("AB12CD", WallTime{10h} + 20s));
    EXPECT_FALSE(plates.seen_again("AB12CD", WallTime{9h}));
    EXPECT_TRUE(plates.seen_again("AB12CD", WallTime{9h} - 5s)) << "tracks end out of order";
    EXPECT_FALSE(plates.seen_again("AB12CD", WallTime{10h}));
    EXPECT_EQ(plates.size(), 1U);
}

} // namespace
} // namespace vedette::pipeline
