#include "catch_up.h"

#include <gtest/gtest.h>

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using Duration = CatchUp::Duration;

/// A camera of 25 pictures a second with a key frame every two seconds.
struct Camera {
    explicit Camera(std::uint64_t seed = 1) : catch_up{100ms, seed} {}

    CatchUp catch_up;
    int left_out = 0;
    Duration latest{};    ///< of what was decoded, after it came
    Duration misjudged{}; ///< most that lag() was wrong

    /// \param decoding  how long the machine takes for one picture
    /// \param held_back how much later than its time the network brings one
    void watch(int pictures, Duration decoding, Duration held_back = 0ms) {
        for (int i = 0; i < pictures; ++i, ++next_) {
            const Duration came = next_ * 40ms + held_back;
            now_ = std::max(now_, came);
            const Duration lag = now_ - came;
            const bool leave_out = catch_up.leaves_out(
                work_, StreamTime{std::chrono::duration_cast<StreamClock::duration>(next_ * 40ms)},
                next_ % 50 == 0);
            misjudged = std::max(misjudged, lag > catch_up.lag() ? lag - catch_up.lag()
                                                                 : catch_up.lag() - lag);
            left_out += leave_out ? 1 : 0;
            latest = leave_out ? latest : std::max(latest, lag);
            work_ = leave_out ? 0ms : decoding;
            now_ += work_;
        }
    }

private:
    int next_ = 0;
    Duration now_{};
    Duration work_{};
};

TEST(CatchUp, LeavesNothingOutWhileTheMachineKeepsUp) {
    Camera camera;
    camera.watch(10'000, 38ms);
    EXPECT_EQ(camera.left_out, 0);
    EXPECT_EQ(camera.misjudged, 0ms);
}

TEST(CatchUp, StaysInThePresentWhenDecodingTakesTwiceTheTime) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Camera camera{seed};
        camera.watch(10'000, 80ms);
        EXPECT_GT(camera.left_out, 4'500) << "half is more than it can do";
        EXPECT_LT(camera.left_out, 9'000) << "and it goes on looking";
        EXPECT_LE(camera.latest, 400ms);
        EXPECT_LE(camera.misjudged, 100ms);
    }
}

TEST(CatchUp, LetsADelayBeThatIsSoonMadeUpFor) {
    Camera camera;
    for (int i = 0; i < 100; ++i) {
        camera.watch(60, 2ms);
        camera.watch(1, 500ms); // the machine does something else
    }
    EXPECT_EQ(camera.left_out, 0);
}

TEST(CatchUp, GoesOnAtAKeyFrameAfterALongPause) {
    Camera camera;
    camera.watch(60, 10ms);
    camera.watch(1, 1'500ms);
    camera.watch(39, 10ms); // up to picture 100, a key frame
    EXPECT_EQ(camera.left_out, 39);
    camera.watch(400, 10ms);
    EXPECT_EQ(camera.left_out, 39);
}

TEST(CatchUp, DoesNotAnswerForTheNetwork) {
    Camera camera;
    camera.watch(100, 10ms);
    camera.watch(100, 10ms, 5s);
    camera.watch(100, 10ms);
    EXPECT_EQ(camera.left_out, 0);
}

TEST(CatchUp, CamerasThatAreLateTogetherDoNotGiveWayTogether) {
    constexpr std::size_t kCameras = 16;
    std::size_t most = 0;
    std::vector<Camera> cameras;
    for (std::uint64_t seed = 0; seed < kCameras; ++seed)
        cameras.emplace_back(seed);
    for (int picture = 0; picture < 45; ++picture) { // before the next key frame
        std::size_t gave_way = 0;
        for (Camera& camera : cameras) {
            const bool before = camera.left_out > 0;
            camera.watch(1, 60ms);
            gave_way += !before && camera.left_out > 0 ? 1 : 0;
        }
        most = std::max(most, gave_way);
    }
    EXPECT_LE(most, kCameras * 3 / 4);
}

TEST(CatchUp, DecodesItsShareFromTheFrontOfEachGroup) {
    CatchUp catch_up{100ms, 1};
    const auto decodes = [&](int i, double share) {
        return !catch_up.leaves_out(1ms, StreamTime{i * 40ms}, i % 50 == 0, share);
    };
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(decodes(i, 0.5)) << "it is not known yet how long a group is; " << i;
    int decoded = 0;
    for (int i = 50; i < 1'050; ++i) {
        const bool one = decodes(i, 0.5);
        decoded += one ? 1 : 0;
        const bool settled = i >= 200; // the first group got too much: the next ones pay for it
        EXPECT_TRUE(!settled || one == (i % 50 < 25)) << i;
    }
    EXPECT_NEAR(decoded, 475, 30);
    for (int i = 1'050; i < 1'150; ++i)
        EXPECT_TRUE(decodes(i, 1)) << i;
}

TEST(CatchUp, OfPicturesThatAreAllKeyFramesAShareOfOneInThreeIsEveryThird) {
    CatchUp catch_up{100ms, 1};
    int decoded = 0;
    for (int i = 0; i < 3'000; ++i)
        decoded += catch_up.leaves_out(1ms, StreamTime{i * 40ms}, true, 1.0 / 3) ? 0 : 1;
    EXPECT_NEAR(decoded, 1'000, 5);
}

TEST(CatchUp, AStepOfTheStreamsClockDoesNotUseUpItsShare) {
    CatchUp catch_up{100ms, 1};
    int decoded = 0;
    for (int i = 0; i < 1'000; ++i)
        decoded += catch_up.leaves_out(1ms, StreamTime{i * 40ms + (i > 500 ? 5'000s : 0s)},
                                       i % 50 == 0, 0.5)
                       ? 0
                       : 1;
    EXPECT_NEAR(decoded, 500, 60);
}

TEST(CatchUp, TakesReorderedPicturesForNoDelay) {
    CatchUp catch_up{100ms, 1}; // no decoding times: groups of four, P4 b1 b2 b3, P8 b5 …
    for (int group = 0; group < 1'000; ++group)
        for (const int place : {4, 1, 2, 3})
            ASSERT_FALSE(catch_up.leaves_out(20ms, StreamTime{(4 * group + place) * 40ms}, false));
}

TEST(CatchUp, TakesAStepOfTheStreamsClockForNoDelay) {
    CatchUp catch_up{100ms, 1};
    for (const auto start : {5'000s, 0s, 9'000s})
        for (int i = 0; i < 100; ++i)
            ASSERT_FALSE(catch_up.leaves_out(10ms, StreamTime{start + i * 40ms}, i == 0)) << i;
}

} // namespace
} // namespace vedette::pipeline
