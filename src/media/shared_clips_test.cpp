#include <array>
#include <cstdio>

#include "test_media.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class SharedClips : public MediaTest {};

fs::path shared_videos() {
    const char* given = std::getenv("VEDETTE_SHARED");
    return (given != nullptr ? fs::path{given} : fs::path{VEDETTE_SOURCE_DIR} / ".." / "shared") /
           "data" / "video";
}

/// What FFmpeg's own program counts; nothing if it is missing.
std::optional<std::size_t> frames_by_ffprobe(const fs::path& path) {
    const std::string command = "ffprobe -v error -select_streams v:0 -count_frames -show_entries "
                                "stream=nb_read_frames -of csv=p=0 " +
                                path.string();
    std::FILE* output = ::popen(command.c_str(), "r");
    if (output == nullptr)
        return std::nullopt;
    unsigned long count = 0;
    const bool read = std::fscanf(output, "%lu", &count) == 1;
    return ::pclose(output) == 0 && read ? std::optional<std::size_t>{count} : std::nullopt;
}

TEST_F(SharedClips, AreDecodedToTheLastFrame) {
    if (!fs::is_directory(shared_videos()))
        GTEST_SKIP() << "no clips in " << shared_videos() << "; set VEDETTE_SHARED";
    int clips = 0;
    for (const auto& entry : fs::directory_iterator{shared_videos()}) {
        if (entry.path().extension() != ".mp4" && entry.path().extension() != ".avi")
            continue;
        SCOPED_TRACE(entry.path());
        const auto expected = frames_by_ffprobe(entry.path());
        if (!expected)
            GTEST_SKIP() << "the ffprobe program is missing";
        auto opened = reader(entry.path().string());
        ASSERT_TRUE(opened) << opened.error().message();
        const auto got = read_all(*opened);
        EXPECT_FALSE(got.error) << got.error->message();
        EXPECT_EQ(got.times.size(), *expected);
        for (std::size_t i = 1; i < got.times.size(); ++i)
            ASSERT_GT(got.times[i], got.times[i - 1]);
        ++clips;
    }
    EXPECT_GT(clips, 0);
}

} // namespace
} // namespace vedette::media
