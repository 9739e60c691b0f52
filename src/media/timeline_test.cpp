#include "timeline.h"

#include <gtest/gtest.h>
#include <vector>

namespace vedette::media {
namespace {

using namespace std::chrono_literals;

StreamTime at(std::chrono::microseconds time) { return StreamTime{time}; }

TEST(Timeline, StartsAtZeroWhereverTheStreamStarts) {
    Timeline timeline{40ms};
    EXPECT_EQ(timeline.add({.presentation = 95'443h, .decoding = 95'443h}).at, at(0us));
    EXPECT_EQ(timeline.add({.presentation = 95'443h + 40ms, .decoding = 95'443h + 40ms}).at,
              at(40ms));
}

TEST(Timeline, KeepsReorderedPresentationTimes) {
    Timeline timeline{40ms};
    // I P B B, as a file with two frames of delay has it.
    EXPECT_EQ(timeline.add({.presentation = 80ms, .decoding = 0ms}).at, at(0ms));
    EXPECT_EQ(timeline.add({.presentation = 200ms, .decoding = 40ms}).at, at(120ms));
    EXPECT_EQ(timeline.add({.presentation = 120ms, .decoding = 80ms}).at, at(40ms));
    EXPECT_EQ(timeline.add({.presentation = 160ms, .decoding = 120ms}).at, at(80ms));
    EXPECT_EQ(timeline.discontinuities(), 0U);
}

TEST(Timeline, ReorderingWithoutDecodingTimesIsNoJump) {
    Timeline timeline{40ms};
    for (const auto time : {0ms, 160ms, 80ms, 40ms, 120ms, 320ms, 240ms, 200ms, 280ms})
        EXPECT_EQ(timeline.add({.presentation = time}).at, at(time));
    EXPECT_EQ(timeline.discontinuities(), 0U);
}

TEST(Timeline, MissingTimesFollowTheNominalDistance) {
    Timeline timeline{40ms};
    EXPECT_EQ(timeline.add({}).at, at(0ms));
    EXPECT_EQ(timeline.add({}).at, at(40ms));
    EXPECT_EQ(timeline.add({.decoding = 90ms}).at, at(90ms));
    EXPECT_EQ(timeline.add({}).at, at(130ms));
}

TEST(Timeline, AJumpBackGoesOnWithoutAStep) {
    Timeline timeline{40ms};
    EXPECT_EQ(timeline.add({.decoding = 20s}).at, at(0s));
    EXPECT_EQ(timeline.add({.decoding = 21s}).at, at(1s));
    const auto jumped = timeline.add({.decoding = 3s});
    EXPECT_TRUE(jumped.discontinuity);
    EXPECT_EQ(jumped.at, at(1s + 40ms));
    EXPECT_EQ(timeline.add({.decoding = 3s + 40ms}).at, at(1s + 80ms));
}

TEST(Timeline, AJumpForwardOfMoreThanTenSecondsIsClosed) {
    Timeline timeline{40ms};
    EXPECT_EQ(timeline.add({.decoding = 0s}).at, at(0s));
    EXPECT_EQ(timeline.add({.decoding = 10s}).at, at(10s));
    EXPECT_EQ(timeline.add({.decoding = 1000h}).at, at(10s + 40ms));
    EXPECT_EQ(timeline.discontinuities(), 1U);
}

TEST(Timeline, ALiveJumpTakesAsLongAsItReallyTook) {
    Timeline timeline{40ms};
    (void)timeline.add({.decoding = 5s, .arrived_after = 40ms});
    EXPECT_EQ(timeline.add({.decoding = 1s, .arrived_after = 2500ms}).at, at(2500ms));
}

TEST(Timeline, AClockThatStandsStillIsReplaced) {
    Timeline timeline{40ms};
    std::vector<StreamTime> times;
    for (int i = 0; i < 20; ++i)
        times.push_back(timeline.add({.presentation = 7s, .decoding = 7s}).at);
    EXPECT_GE(times.back(), at(16 * 40ms));
    for (std::size_t i = 1; i < times.size(); ++i)
        EXPECT_GE(times[i], times[i - 1]);
}

TEST(Timeline, APresentationTimeFarFromTheDecodingTimeIsNotBelieved) {
    Timeline timeline{40ms};
    (void)timeline.add({.presentation = 0s, .decoding = 0s});
    EXPECT_EQ(timeline.add({.presentation = 3h, .decoding = 40ms}).at, at(40ms));
    EXPECT_EQ(timeline.add({.presentation = -3h, .decoding = 80ms}).at, at(80ms));
}

TEST(Timeline, RestartContinuesWhateverTheTimesSay) {
    Timeline timeline{40ms};
    (void)timeline.add({.decoding = 0s});
    (void)timeline.add({.decoding = 500ms});
    timeline.restart();
    EXPECT_EQ(timeline.add({.decoding = 0s}).at, at(540ms));
    EXPECT_EQ(timeline.add({.decoding = 40ms}).at, at(580ms));
}

TEST(Timeline, DecodingTimeNeverPassesPresentationTime) {
    Timeline timeline{40ms};
    for (const auto& stamps :
         {Timeline::Stamps{80ms, 0ms}, Timeline::Stamps{10ms, 40ms}, Timeline::Stamps{{}, 80ms}}) {
        const auto times = timeline.add(stamps);
        EXPECT_LE(times.decoding, times.at);
    }
}

} // namespace
} // namespace vedette::media
