#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test_recordings.h"
#include "vedette/crypto/sha256.h"
#include "vedette/recording/clip_export.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class Timelapses : public ::testing::Test {
protected:
    /// Half a minute, of which ten seconds in the middle are missing; a key frame every second.
    void SetUp() override {
        const auto made = make_clip(30);
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *made;
        recordings.write(clip, 0, 250, 0);
        recordings.write(clip, 500, 750, 20, std::chrono::seconds{10});
        manifest.camera = recordings.camera;
        manifest.asked_from = at_second(0);
        manifest.asked_to = at_second(60);
    }
    Status make(double speed, const std::stop_token& stop = {}) {
        std::filesystem::remove(folder / "fast.mp4");
        manifest.sources.clear();
        manifest.gaps.clear();
        manifest.left_out.clear();
        return export_timelapse(recordings.files, recordings.index, folder / "fast.mp4",
                                {.speed = speed}, mask, clock, log, manifest, stop);
    }
    std::vector<media::Packet> made() { return read_clip((folder / "fast.mp4").string())->packets; }

    const TemporaryFolder folder;
    const SystemClock clock;
    NullLog log;
    const media::FfmpegLogGuard quiet{log};
    testing::Clip clip;
    Recordings recordings;
    imaging::PictureMask mask;
    ExportManifest manifest;
};

TEST_F(Timelapses, AreOfKeyFramesAndStepOverGaps) {
    const Status done = make(20);
    ASSERT_TRUE(done) << done.error().message();
    const auto packets = made();
    ASSERT_EQ(packets.size(), 20U);
    const auto length = packets.back().at() - packets.front().at();
    EXPECT_NEAR(static_cast<double>(length.count()) / 1e6, 19.0 / 20, 0.01)
        << "the gap takes no time";
    EXPECT_EQ(manifest.gaps.size(), 1U);
    EXPECT_EQ(manifest.gaps.front().cause, "the camera was away");
    EXPECT_EQ(manifest.sources.size(), 2U);
    EXPECT_EQ(manifest.given_from, at_second(0));
    EXPECT_EQ(manifest.given_to, at_second(29));
    EXPECT_EQ(manifest.sha256, *crypto::sha256_file(folder / "fast.mp4"));
    const auto said = nlohmann::json::parse(to_json(manifest));
    EXPECT_EQ(said["speed"], 20);
    EXPECT_EQ(said["exact"], false);
}

TEST_F(Timelapses, OfLittleSpeedHaveMorePicturesThanKeyFrames) {
    ASSERT_TRUE(make(4));
    EXPECT_NEAR(static_cast<double>(made().size()), 20 / 0.16, 3);
}

TEST_F(Timelapses, LeaveOutWhatCannotBeDecoded) {
    const std::string second = recordings.index.list({})->at(1).file;
    ASSERT_TRUE(recordings.files.truncate(second, 2'000));
    ASSERT_TRUE(make(20));
    EXPECT_GE(made().size(), 10U);
    EXPECT_LT(made().size(), 20U);
}

/// Whichever way pictures are taken.
TEST_F(Timelapses, NameWhatTheyLeaveOutAndTheRestIsChecked) {
    const ports::RecordedSegment row = recordings.index.list({})->at(1);
    const std::string& second = row.file;
    for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::data_loss})
        for (const double speed : {4.0, 20.0}) {
            recordings.files.refuse_reads(second, code);
            const Status done = make(speed);
            ASSERT_TRUE(done) << done.error().message();
            EXPECT_EQ(manifest.sources.size(), 1U);
            ASSERT_EQ(manifest.left_out.size(), 1U) << "once, whatever is missing of it";
            EXPECT_EQ(manifest.left_out.front().file, second);
            EXPECT_EQ(manifest.left_out.front().from, row.start);
            EXPECT_EQ(manifest.left_out.front().to, row.end);
            EXPECT_NE(manifest.left_out.front().why.find("it is not here"), std::string::npos);
            const auto said = nlohmann::json::parse(to_json(manifest));
            EXPECT_EQ(said["left_out"][0]["file"], second);
            EXPECT_TRUE(check_sources(recordings.files, manifest));
            EXPECT_TRUE(manifest.checked);
            recordings.files.heal();
        }
}

TEST_F(Timelapses, ASourceThatIsNotWholeIsNamedAndNotHeldAgainstItsDigest) {
    const auto rows = recordings.index.list({}).value();
    ASSERT_TRUE(recordings.files.truncate(rows[1].file, rows[1].bytes / 2));
    for (const double speed : {4.0, 20.0}) {
        ASSERT_TRUE(make(speed));
        EXPECT_EQ(manifest.sources.size(), 2U);
        ASSERT_EQ(manifest.left_out.size(), 1U);
        EXPECT_EQ(manifest.left_out.front().segment, rows[1].id);
        EXPECT_TRUE(check_sources(recordings.files, manifest));
    }
    manifest.left_out.clear();
    EXPECT_EQ(check_sources(recordings.files, manifest).error().code(), ErrorCode::data_loss);
}

TEST_F(Timelapses, WhatIsLeftOutTakesNoTime) {
    const auto between = recordings.write(clip, 250, 500, 10);
    recordings.files.refuse_reads(between.file, ErrorCode::unavailable);
    ASSERT_TRUE(make(20));
    const auto packets = made();
    ASSERT_EQ(packets.size(), 20U);
    const auto length = packets.back().at() - packets.front().at();
    EXPECT_NEAR(static_cast<double>(length.count()) / 1e6, 19.0 / 20, 0.01);
}

TEST_F(Timelapses, OfWhatCannotBeReadAtAllThereAreNone) {
    recordings.files.refuse_reads("gate/", ErrorCode::unavailable);
    for (const double speed : {4.0, 20.0}) {
        const Status none = make(speed);
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().code(), ErrorCode::unavailable) << "it may be there later";
        EXPECT_NE(none.error().message().find("none of the 2 recordings"), std::string::npos)
            << none.error().message();
    }
}

TEST_F(Timelapses, EndWhereTheyCannotBeWritten) {
    manifest.left_out.clear();
    for (const double speed : {4.0, 20.0}) {
        const Status refused =
            export_timelapse(recordings.files, recordings.index, folder / "none" / "fast.mp4",
                             {.speed = speed}, mask, clock, log, manifest, {});
        EXPECT_FALSE(refused);
        EXPECT_TRUE(manifest.left_out.empty()) << "the recordings are well";
    }
}

TEST_F(Timelapses, WhatCannotBeMadeSaysWhy) {
    EXPECT_EQ(make(1).error().code(), ErrorCode::invalid_argument);
    manifest.asked_to = at_second(40.0 * 86'400);
    EXPECT_EQ(make(60).error().code(), ErrorCode::invalid_argument);
    manifest.asked_from = at_second(1'000);
    manifest.asked_to = at_second(2'000);
    EXPECT_EQ(make(60).error().code(), ErrorCode::not_found);
    manifest.asked_from = at_second(0);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(make(60, stop.get_token()).error().code(), ErrorCode::cancelled);
}

} // namespace
} // namespace vedette::recording
