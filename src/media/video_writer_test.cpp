#include "vedette/media/video_writer.h"

#include <csignal>
#include <sys/resource.h>

#include "test_media.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class VideoWriterTest : public MediaTest {};

TEST_F(VideoWriterTest, WhatItWritesComesBackWithColorsAndTimes) {
    write_clip(folder / "a.mp4", 30);
    auto read = reader((folder / "a.mp4").string());
    ASSERT_TRUE(read) << read.error().message();
    auto first = read->next();
    ASSERT_TRUE(first && *first);
    expect_near(color_at((**first)->view, 0.2, 0.2), {240, 16, 16}, 12);
    expect_near(color_at((**first)->view, 0.5, 0.2), {16, 240, 16}, 12);
    expect_near(color_at((**first)->view, 0.8, 0.8), {16, 16, 120}, 12);
    const auto rest = read_all(*read);
    EXPECT_FALSE(rest.error);
    ASSERT_EQ(rest.times.size(), 29U);
    for (std::size_t i = 0; i < rest.times.size(); ++i)
        EXPECT_EQ(rest.times[i], StreamTime{(static_cast<int>(i) + 1) * 40ms});
}

TEST_F(VideoWriterTest, KeepsUnevenTimesToTheMicrosecond) {
    const std::vector<StreamTime> times{StreamTime{0us}, StreamTime{33'367us}, StreamTime{40'000us},
                                        StreamTime{1'500'001us}, StreamTime{1'500'900us}};
    write_clip(folder / "a.mp4", 5, 64, 64, times);
    auto read = reader((folder / "a.mp4").string());
    ASSERT_TRUE(read) << read.error().message();
    const auto got = read_all(*read);
    ASSERT_EQ(got.times.size(), 5U);
    EXPECT_EQ(std::vector(got.times.begin(), got.times.begin() + 4),
              std::vector(times.begin(), times.begin() + 4));
    // Frames are at least a millisecond apart.
    EXPECT_EQ(got.times[4], times[3] + 1ms);
}

TEST_F(VideoWriterTest, TakesVideoFormatsWithTheirOwnColors) {
    write_clip(folder / "a.mp4", 2);
    auto read = reader((folder / "a.mp4").string());
    ASSERT_TRUE(read);
    auto frame = read->next();
    ASSERT_TRUE(frame && *frame);
    ASSERT_EQ((**frame)->view.format, imaging::PixelFormat::i420);
    auto writer = VideoWriter::open(folder / "b.mp4", {.width_px = 160, .height_px = 96});
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->write((**frame)->view, StreamTime{}));
    ASSERT_TRUE((*writer)->finish());
    auto again = reader((folder / "b.mp4").string());
    ASSERT_TRUE(again);
    auto copy = again->next();
    ASSERT_TRUE(copy && *copy);
    expect_near(color_at((**copy)->view, 0.2, 0.2), {240, 16, 16}, 14);
}

TEST_F(VideoWriterTest, AFileNobodyFinishedPlaysUpToItsLastFragment) {
    const fs::path path = folder / "killed.mp4";
    auto writer = VideoWriter::open(path, {.width_px = 64, .height_px = 64, .frame_rate = 10});
    ASSERT_TRUE(writer);
    for (int i = 0; i < 70; ++i)
        ASSERT_TRUE((*writer)->write(test_picture(64, 64, i).view(), StreamTime{i * 100ms}));
    const fs::path copy = folder / "copy.mp4";
    fs::copy_file(path, copy); // what is on the disk at this moment
    auto read = reader(copy.string());
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_GE(read_all(*read).times.size(), 20U);
}

TEST_F(VideoWriterTest, RefusesOddSizesAndMissingFoldersByName) {
    const auto odd = VideoWriter::open(folder / "a.mp4", {.width_px = 63, .height_px = 64});
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().code(), ErrorCode::invalid_argument);
    const auto missing =
        VideoWriter::open(folder / "none" / "a.mp4", {.width_px = 64, .height_px = 64});
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message().find("none/a.mp4"), std::string::npos);
}

TEST_F(VideoWriterTest, AFullDiskIsSaidBeforeOrAtTheEnd) {
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 4096;
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    Status status;
    {
        auto writer =
            VideoWriter::open(folder / "a.mp4", {.width_px = 320, .height_px = 240, .quality = 1});
        for (int i = 0; writer && status && i < 60; ++i)
            status = (*writer)->write(test_picture(320, 240, i).view(), StreamTime{i * 40ms});
        if (writer && status)
            status = (*writer)->finish();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::resource_exhausted) << status.error().message();
}

} // namespace
} // namespace vedette::media
