#include "vedette/recording/recorder.h"

#include <gtest/gtest.h>
#include <thread>

#include "inbox.h"
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

TEST_F(RecorderTest, WhatWaitsForTheWriterIsRecordedWhenTheRecorderEnds) {
    const auto clip = make_clip(1);
    if (!clip)
        GTEST_SKIP() << "the ffmpeg program is missing";
    {
        Recorder short_lived{{}, {recordings.files, recordings.index, metrics, log, clock}};
        const auto tap = short_lived.tap(recordings.camera);
        for (std::size_t i = 0; i < 4; ++i) // much less than what is gathered
            tap->take(clip->packets[i], clip->streams);
    }
    const auto rows = recordings.index.list({.camera = recordings.camera}).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_GT(rows[0].bytes, 0U);
    EXPECT_GT(rows[0].end, rows[0].start);
}

TEST(Inbox, TheWriterIsToldOfKeyFramesAndTwiceASecondInBetween) {
    const auto clip = make_clip(3);
    if (!clip)
        GTEST_SKIP() << "the ffmpeg program is missing";
    Inbox inbox;
    std::vector<Arrival> taken;
    std::size_t all = 0;
    std::optional<StreamTime> told_of;
    for (const media::Packet& packet : clip->packets) {
        const bool told = inbox.add(Came{packet, nullptr, {}});
        const bool is_time =
            !told_of || packet.key_frame() || packet.decoding_at() - *told_of >= Inbox::kGathered;
        EXPECT_EQ(told, is_time) << packet.decoding_at().time_since_epoch().count();
        if (!told)
            continue;
        told_of = packet.decoding_at();
        inbox.take(taken);
        all += taken.size();
    }
    EXPECT_LT(all, clip->packets.size() + 1);
    EXPECT_GT(all, clip->packets.size() / 2);
    EXPECT_TRUE(inbox.add(Ended{"over"})) << "at once";
    inbox.take(taken);
    EXPECT_EQ(all + taken.size(), clip->packets.size() + 1) << "nothing is lost";
}

TEST(Inbox, IsToldOfOnceUntilTheWriterComesAndAgainIfItCouldNotBe) {
    Inbox inbox;
    EXPECT_TRUE(inbox.add(Missed{}));
    EXPECT_FALSE(inbox.add(Withheld{"a mask"}));
    inbox.not_told();
    EXPECT_TRUE(inbox.add(Ended{"over"}));
    std::vector<Arrival> taken;
    inbox.take(taken);
    ASSERT_EQ(taken.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<Ended>(taken.back()));
    EXPECT_TRUE(inbox.add(Missed{}));
}

} // namespace
} // namespace vedette::recording
