#include "catch_up.h"

#include <gtest/gtest.h>

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;

/// A camera of 25 pictures a second with a key frame every two seconds.
struct Camera {
    CatchUp catch_up;
    int left_out = 0;
    SteadyTime::duration latest{}; ///< of what was decoded, after its time

    /// \param decoding  how long the machine takes for one picture
    void watch(int pictures, SteadyTime::duration decoding) {
        for (int i = 0; i < pictures; ++i, ++next_) {
            const SteadyTime::duration due = next_ * 40ms;
            now_ = std::max(now_, due);
            if (catch_up.leaves_out(
                    SteadyTime{1000s + now_},
                    StreamTime{std::chrono::duration_cast<StreamClock::duration>(due)},
                    next_ % 50 == 0)) {
                ++left_out;
                continue;
            }
            latest = std::max(latest, now_ - due);
            now_ += decoding;
        }
    }

private:
    int next_ = 0;
    SteadyTime::duration now_{};
};

TEST(CatchUp, LeavesNothingOutWhileTheMachineKeepsUp) {
    Camera camera;
    camera.watch(10'000, 39ms);
    EXPECT_EQ(camera.left_out, 0);
}

TEST(CatchUp, StaysInThePresentWhenDecodingTakesTwiceTheTime) {
    Camera camera;
    camera.watch(10'000, 80ms);
    EXPECT_GT(camera.left_out, 4'500) << "half is more than it can do";
    EXPECT_LT(camera.left_out, 7'500) << "and it goes on looking";
    EXPECT_LE(camera.latest, 1'100ms);
}

TEST(CatchUp, GoesOnAtAKeyFrameAfterAPause) {
    Camera camera;
    camera.watch(60, 10ms);
    camera.watch(1, 1'500ms); // the machine does something else
    camera.watch(39, 10ms);   // up to picture 100, a key frame
    EXPECT_EQ(camera.left_out, 39);
    camera.watch(400, 10ms);
    EXPECT_EQ(camera.left_out, 39);
}

TEST(CatchUp, TakesReorderedPicturesForNoDelay) {
    constexpr auto kSpacing = 200ms; // five a second, and groups of eight: P8 b1 … b7, P16 b9 …
    CatchUp catch_up;
    for (int group = 0; group < 100; ++group)
        for (int i = 0; i < 8; ++i) {
            const int picture = 8 * group + (i == 0 ? 8 : i);
            const SteadyTime now{1000s + 8 * (group + 1) * kSpacing + i * 1ms};
            ASSERT_FALSE(catch_up.leaves_out(now, StreamTime{picture * kSpacing}, false))
                << picture;
        }
}

TEST(CatchUp, TakesAStepOfTheStreamsClockForNoDelay) {
    CatchUp catch_up;
    EXPECT_FALSE(catch_up.leaves_out(SteadyTime{100s}, StreamTime{90s}, true));
    for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(catch_up.leaves_out(SteadyTime{100s + i * 40ms}, StreamTime{i * 40ms}, false))
            << "back, " << i;
    EXPECT_FALSE(catch_up.leaves_out(SteadyTime{104s}, StreamTime{4s}, false));
    EXPECT_FALSE(catch_up.leaves_out(SteadyTime{105s}, StreamTime{5000s}, false)) << "ahead";
    EXPECT_FALSE(catch_up.leaves_out(SteadyTime{105s + 40ms}, StreamTime{5000s + 40ms}, false));
}

TEST(CatchUp, FollowsAClockThatRunsSlow) {
    CatchUp catch_up;
    for (int i = 0; i < 100'000; ++i)
        ASSERT_FALSE(catch_up.leaves_out(SteadyTime{i * 40'036us}, StreamTime{i * 40ms}, false));
}

} // namespace
} // namespace vedette::pipeline
