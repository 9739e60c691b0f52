#include "vedette/recording/recorder.h"

#include <gtest/gtest.h>
#include <thread>

#include "test_recordings.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class RecorderTest : public ::testing::Test {
protected:
    /// Once the writer's thread has come to it. \return false if it does not in half a minute
    template <class Holds>
    bool becomes(const Holds& holds) {
        const auto until = clock.steady_now() + std::chrono::seconds{30};
        while (clock.steady_now() < until) {
            if (holds(recorder.status().at(0)))
                return true;
            std::this_thread::yield();
        }
        return false;
    }

    Recordings recordings;
    NullLog log;
    NullMetrics metrics;
    const SystemClock clock;
    Recorder recorder{{}, {recordings.files, recordings.index, metrics, log, clock}};
};

TEST_F(RecorderTest, SaysWhyWhatComesIsNotRecordedUntilItIsAgainOrNothingComes) {
    const auto clip = make_clip(1);
    if (!clip)
        GTEST_SKIP() << "the ffmpeg program is missing";
    const auto is_withheld = [](const RecordingStatus& status) {
        return !status.recording && status.problem == "install an encoder";
    };
    const auto tap = recorder.tap(recordings.camera);
    tap->withhold("install an encoder");
    EXPECT_TRUE(becomes(is_withheld));
    tap->take(clip->packets[0], clip->streams);
    EXPECT_TRUE(becomes(
        [](const RecordingStatus& status) { return status.recording && status.problem.empty(); }));
    tap->withhold("install an encoder");
    EXPECT_TRUE(becomes(is_withheld));
    tap->end("the camera went away");
    EXPECT_TRUE(becomes(
        [](const RecordingStatus& status) { return !status.recording && status.problem.empty(); }));
}

} // namespace
} // namespace vedette::recording
