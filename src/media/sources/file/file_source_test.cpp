#include "sources/file/file_source.h"

#include <algorithm>
#include <set>
#include <unistd.h>

#include "test_media.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class FileSource : public MediaTest {
protected:
    /// The code and message of an open that must fail.
    Error refusal(const fs::path& path, const SourceOptions& options = {}) {
        auto source = open(path.string(), options);
        EXPECT_FALSE(source) << path;
        if (source)
            return {ErrorCode::internal, "it opened"};
        EXPECT_NE(source.error().message().find(path.filename().string()), std::string::npos)
            << source.error().message();
        return source.error();
    }
    ReadResult read(const fs::path& path, const SourceOptions& options = {}) {
        auto opened = reader(path.string(), options);
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? read_all(*opened) : ReadResult{};
    }
};

TEST_F(FileSource, TellsWhatTheFileIs) {
    write_clip(folder / "a.mp4", 50);
    const auto source = open((folder / "a.mp4").string());
    ASSERT_TRUE(source) << source.error().message();
    const StreamInfo& info = (*source)->info();
    EXPECT_EQ(info.codec, "h264");
    EXPECT_EQ(info.width_px, 160);
    EXPECT_EQ(info.height_px, 96);
    EXPECT_EQ(info.rotation_deg, 0);
    EXPECT_NEAR(info.frame_rate, 25, 0.1);
    EXPECT_FALSE(info.live);
    EXPECT_FALSE(info.separate_pictures);
    ASSERT_TRUE(info.duration);
    EXPECT_NEAR(static_cast<double>(info.duration->count()), 2e6, 1e5);
    EXPECT_GT(info.started_at, WallTime{}); // the file's modification time
    EXPECT_EQ((*source)->name(), (folder / "a.mp4").string());
}

TEST_F(FileSource, LoopGoesOnInTimeWithoutEnd) {
    write_clip(folder / "a.mp4", 10);
    auto opened = reader((folder / "a.mp4").string(), {.loop = true});
    ASSERT_TRUE(opened);
    for (int i = 0; i < 35; ++i) {
        const auto frame = opened->next();
        ASSERT_TRUE(frame && *frame) << i;
        EXPECT_EQ((**frame)->at, StreamTime{i * 40ms});
        EXPECT_EQ((**frame)->sequence, static_cast<std::uint64_t>(i));
    }
}

TEST_F(FileSource, EmptyGarbageAndTextAreRefused) {
    write_bytes(folder / "empty.mp4", "");
    write_bytes(folder / "text.mp4", std::string(5000, 'x') + "\nhello\n");
    std::string garbage(100'000, '\0');
    std::uint32_t state = 1;
    for (char& c : garbage)
        c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    write_bytes(folder / "garbage.mkv", garbage);
    EXPECT_EQ(refusal(folder / "empty.mp4").code(), ErrorCode::invalid_argument);
    EXPECT_NE(refusal(folder / "empty.mp4").message().find("empty"), std::string::npos);
    EXPECT_EQ(refusal(folder / "text.mp4").code(), ErrorCode::invalid_argument);
    EXPECT_EQ(refusal(folder / "garbage.mkv").code(), ErrorCode::invalid_argument);
}

TEST_F(FileSource, AnUnreadableFileIsPermissionDenied) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may read everything";
    write_clip(folder / "a.mp4", 3);
    fs::permissions(folder / "a.mp4", fs::perms::none);
    EXPECT_EQ(refusal(folder / "a.mp4").code(), ErrorCode::permission_denied);
}

TEST_F(FileSource, AnMp4WithoutIndexWasCutShort) {
    if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=2 -c:v libx264 -g 10 " +
                    (folder / "whole.mp4").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    const std::string whole = read_bytes(folder / "whole.mp4"); // its index is at the end
    write_bytes(folder / "cut.mp4", whole.substr(0, whole.size() / 2));
    EXPECT_EQ(refusal(folder / "cut.mp4").code(), ErrorCode::data_loss);
    EXPECT_NE(refusal(folder / "cut.mp4").message().find("cut short"), std::string::npos);
}

TEST_F(FileSource, CutContentGivesWhatIsThereAndThenDataLoss) {
    if (!run_ffmpeg(
            "-f lavfi -i testsrc2=s=160x96:r=25:d=2 -c:v libx264 -g 10 -bf 0 -movflags faststart " +
            (folder / "whole.mp4").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    const std::string whole = read_bytes(folder / "whole.mp4"); // its index is at the start
    write_bytes(folder / "cut.mp4", whole.substr(0, whole.size() * 6 / 10));
    const auto got = read(folder / "cut.mp4");
    EXPECT_GE(got.times.size(), 15U);
    EXPECT_LT(got.times.size(), 50U);
    ASSERT_TRUE(got.error);
    EXPECT_EQ(got.error->code(), ErrorCode::data_loss) << got.error->message();
}

TEST_F(FileSource, RotationMetadataGivesUprightFrames) {
    write_clip(folder / "flat.mp4", 5);
    // Containers count counter-clockwise: -90 says "turn it clockwise by 90 to see it upright".
    if (!run_ffmpeg("-i " + (folder / "flat.mp4").string() + " -c copy -metadata:s:v rotate=-90 " +
                    (folder / "turned.mov").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    auto opened = reader((folder / "turned.mov").string());
    ASSERT_TRUE(opened) << opened.error().message();
    const int turn = opened->info().rotation_deg;
    ASSERT_TRUE(turn == 90 || turn == 270) << turn;
    const auto frame = opened->next();
    ASSERT_TRUE(frame && *frame);
    const auto& view = (**frame)->view;
    EXPECT_EQ(view.width_px, 96);
    EXPECT_EQ(view.height_px, 160);
    // Red was on the left: turned clockwise it is on top, and the bright upper half lies on the
    // right.
    const double red_y = turn == 90 ? 0.2 : 0.8;
    expect_near(color_at(view, turn == 90 ? 0.8 : 0.2, red_y), {240, 16, 16}, 14);
    expect_near(color_at(view, turn == 90 ? 0.2 : 0.8, 1 - red_y), {16, 16, 120}, 14);
}

TEST_F(FileSource, VariableFrameRateKeepsItsTimes) {
    std::vector<StreamTime> times;
    for (int i = 0, ms = 0; i < 30; ++i, ms += i % 7 == 0 ? 900 : 13 + i)
        times.push_back(StreamTime{ms * 1ms});
    write_clip(folder / "vfr.mp4", 30, 64, 64, times);
    EXPECT_EQ(read(folder / "vfr.mp4").times, times);
}

TEST_F(FileSource, BrokenTimestampsStillGiveRisingTimes) {
    // A transport stream whose second half starts at 0 again.
    const std::string half = (folder / "half.ts").string();
    if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=2 -c:v libx264 -g 10 -bf 2 " + half))
        GTEST_SKIP() << "the ffmpeg program is missing";
    write_bytes(folder / "broken.ts", read_bytes(half) + read_bytes(half));
    const auto got = read(folder / "broken.ts");
    EXPECT_GE(got.times.size(), 95U);
    for (std::size_t i = 1; i < got.times.size(); ++i)
        EXPECT_GT(got.times[i], got.times[i - 1]) << i;
    EXPECT_LT(got.times.back(), StreamTime{6s});
    EXPECT_GT(got.times.back(), StreamTime{3s});
}

TEST_F(FileSource, SizeAndSetUpMayChangeInTheStream) {
    const std::string a = (folder / "a.h264").string();
    const std::string b = (folder / "b.h264").string();
    if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=1 -c:v libx264 -bf 0 " + a) ||
        !run_ffmpeg("-f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v libx264 -profile:v baseline " +
                    b))
        GTEST_SKIP() << "the ffmpeg program is missing";
    write_bytes(folder / "both.h264", read_bytes(a) + read_bytes(b) + read_bytes(a));
    const auto got = read(folder / "both.h264");
    EXPECT_FALSE(got.error);
    EXPECT_EQ(got.times.size(), 75U);
    EXPECT_EQ(got.stats.size_changes, 2U);
    EXPECT_EQ(got.sizes.front(), (std::pair{160, 96}));
    EXPECT_EQ(got.sizes[40], (std::pair{320, 180}));
    EXPECT_EQ(got.sizes.back(), (std::pair{160, 96}));
}

struct Container {
    const char* name;
    const char* arguments;
};

class EveryContainer : public FileSource, public ::testing::WithParamInterface<Container> {};

TEST_P(EveryContainer, IsReadToItsEnd) {
    const fs::path path = folder / (std::string{"clip."} + GetParam().name);
    if (!run_ffmpeg(std::string{"-f lavfi -i testsrc2=s=162x98:r=25:d=1 "} + GetParam().arguments +
                    " " + path.string()))
        GTEST_SKIP() << "the ffmpeg program is missing or lacks the encoder";
    const auto got = read(path);
    EXPECT_FALSE(got.error) << got.error->message();
    EXPECT_EQ(got.times.size(), 25U);
    EXPECT_EQ(got.stats.corrupt, 0U);
    for (std::size_t i = 1; i < got.times.size(); ++i)
        EXPECT_GT(got.times[i], got.times[i - 1]);
    EXPECT_EQ(std::set(got.sizes.begin(), got.sizes.end()), (std::set{std::pair{162, 98}}));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, EveryContainer,
    ::testing::Values(
        Container{"mp4", "-c:v libx264 -bf 3"}, Container{"mkv", "-c:v libx264 -pix_fmt yuv420p"},
        Container{"avi", "-c:v mjpeg -pix_fmt yuvj420p"},
        Container{"mov", "-c:v mjpeg -pix_fmt yuvj422p"},
        Container{"ts", "-c:v libx265 -x265-params log-level=none"},
        Container{"10bit.mkv", "-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=none"},
        Container{"webm", "-c:v libvpx -deadline realtime"}, Container{"m4v", "-f mp4 -c:v mpeg4"},
        Container{"444.mkv", "-c:v libx264 -pix_fmt yuv444p"},
        Container{"gray.mkv", "-c:v libx264 -pix_fmt gray"},
        Container{"rgb.avi", "-c:v rawvideo -pix_fmt bgr24"},
        Container{"mjpeg", "-c:v mjpeg -pix_fmt yuvj420p"}, Container{"gif", "-c:v gif"}),
    [](const auto& which) {
        std::string name = which.param.name;
        std::replace(name.begin(), name.end(), '.', '_');
        return "As_" + name;
    });

TEST_F(FileSource, APictureIsAStreamOfOneFrame) {
    ASSERT_TRUE(imaging::write_jpeg(test_picture(90, 60).view(), 95, folder / "one.jpg"));
    auto opened = reader((folder / "one.jpg").string());
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_EQ(opened->info().codec, "mjpeg");
    EXPECT_EQ(opened->info().width_px, 90);
    EXPECT_TRUE(opened->info().separate_pictures);
    const auto frame = opened->next();
    ASSERT_TRUE(frame && *frame);
    expect_near(color_at((**frame)->view, 0.2, 0.2), {240, 16, 16}, 16);
    const auto end = opened->next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
}

TEST_F(FileSource, TooManyPixelsAreRefusedBeforeDecoding) {
    write_clip(folder / "a.mp4", 3);
    SourceOptions options;
    options.max_pixels = 160 * 96 - 1;
    const auto error = refusal(folder / "a.mp4", options);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(error.message().find("160x96"), std::string::npos);
}

TEST_F(FileSource, APlaylistMayNotReachOutOfTheMachine) {
    write_bytes(
        folder / "list.m3u8",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n");
    EXPECT_FALSE(open((folder / "list.m3u8").string()));
}

} // namespace
} // namespace vedette::media
