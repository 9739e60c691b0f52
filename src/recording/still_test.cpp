#include "vedette/recording/still.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_recordings.h"
#include "vedette/media/picture.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using ::testing::HasSubstr;

/// Each picture is of one grey, five brighter than the one before, over and over.
const std::string kGreys = "-vf \"geq=lum='mod(N*5,200)+20':cb=128:cr=128\" -qp 1";
int grey_of(std::size_t picture) { return static_cast<int>(picture * 5 % 200 + 20); }

class StillOfRecordings : public ::testing::Test {
protected:
    void record(const std::string& more) {
        const auto made = make_clip(4, kGreys + more);
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *made;
        recordings.write(clip, 0, clip.packets.size() / 2, 0);
        recordings.write(clip, clip.packets.size() / 2, clip.packets.size(), 2.01);
    }
    Result<Still> at(double second, int size = 1'000) {
        return picture_at(recordings.files, recordings.index, recordings.camera, at_second(second),
                          size, mask, clock, log);
    }
    /// The grey in the middle of a JPEG, 0..255.
    int shown(const Still& still) {
        const auto path = folder / "still.jpg";
        std::ofstream{path, std::ios::binary}.write(
            reinterpret_cast<const char*>(still.jpeg.data()),
            static_cast<std::streamsize>(still.jpeg.size()));
        const auto image = media::load_picture(path);
        EXPECT_TRUE(image) << image.error().message();
        const imaging::ImageView view = image->view();
        const auto& plane = view.planes[0];
        const auto* middle = plane.data + plane.stride_bytes * (image->height_px() / 2) +
                             3 * (image->width_px() / 2);
        return middle[0];
    }
    /// In full range, as a JPEG has it.
    static int full_range(int video_grey) { return (video_grey - 16) * 255 / 219; }

    const TemporaryFolder folder;
    const SystemClock clock;
    NullLog log;
    const media::FfmpegLogGuard quiet{log};
    testing::Clip clip;
    Recordings recordings;
    imaging::PictureMask mask;
};

TEST_F(StillOfRecordings, IsThePictureThatWasShownThen) {
    record("");
    for (const std::size_t picture : {0U, 1U, 7U, 24U, 25U, 38U, 49U}) {
        const double begins = 0.04 * static_cast<double>(picture);
        for (const double later : {0.0, 0.02, 0.039}) {
            const auto still = at(begins + later);
            ASSERT_TRUE(still) << still.error().message();
            EXPECT_NEAR(shown(*still), full_range(grey_of(picture)), 3) << picture;
            EXPECT_LT(std::chrono::abs(still->at - at_second(begins)),
                      std::chrono::milliseconds{1});
        }
    }
    EXPECT_NEAR(shown(*at(2.01)), full_range(grey_of(50)), 3);
    EXPECT_NEAR(shown(*at(2.005)), full_range(grey_of(49)), 3) << "a clock was late";
}

TEST_F(StillOfRecordings, ReorderedPicturesAreFoundByWhenTheyAreShown) {
    record(" -x264-params bframes=2:b-adapt=0:b-pyramid=0");
    for (const std::size_t picture : {0U, 1U, 2U, 3U, 10U, 30U, 48U}) {
        const auto still = at(0.04 * static_cast<double>(picture) + 0.01);
        ASSERT_TRUE(still) << still.error().message();
        EXPECT_NEAR(shown(*still), full_range(grey_of(picture)), 3) << picture;
    }
}

TEST_F(StillOfRecordings, IsScaledDownButNeverUp) {
    record("");
    EXPECT_EQ(at(1, 32)->width_px, 32);
    EXPECT_EQ(at(1, 32)->height_px, 24);
    EXPECT_EQ(at(1, 4'096)->width_px, 64);
}

TEST_F(StillOfRecordings, IsBlackWhereItIsMasked) {
    record("");
    EXPECT_NEAR(shown(*at(1)), full_range(grey_of(25)), 3);
    mask = imaging::PictureMask{{{{0.3F, 0.3F}, {0.7F, 0.3F}, {0.7F, 0.7F}, {0.3F, 0.7F}}}};
    EXPECT_LE(shown(*at(1)), 2);
}

TEST_F(StillOfRecordings, NothingRecordedSaysWhatThereIs) {
    record("");
    const auto none = at(100);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::not_found);
    EXPECT_THAT(none.error().message(), HasSubstr("14:00:00"));
    EXPECT_EQ(at(-1).error().code(), ErrorCode::not_found);
}

TEST_F(StillOfRecordings, ADamagedFileIsAnError) {
    record("");
    const std::string file = recordings.index.list({})->front().file;
    ASSERT_TRUE(recordings.files.truncate(file, 900));
    EXPECT_EQ(at(1).error().code(), ErrorCode::data_loss) << at(1).error().message();
    ASSERT_TRUE(recordings.files.remove(file));
    EXPECT_EQ(at(1).error().code(), ErrorCode::not_found);
}

} // namespace
} // namespace vedette::recording
