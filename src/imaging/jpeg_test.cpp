#include "vedette/imaging/jpeg.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <sys/resource.h>

#include "test_pictures.h"
#include "testing/temporary_folder.h"

namespace vedette::imaging {
namespace {

namespace fs = std::filesystem;
using testing::solid_bgr;

class WriteJpeg : public ::testing::Test {
protected:
    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(fs::directory_iterator{folder}, {});
    }

    const TemporaryFolder temporary;
    const fs::path folder = temporary.path();
    Image picture = solid_bgr(33, 17, {40, 90, 200});
};

/// While it lives, no file may grow beyond the limit: what a full disk looks like, without one.
class SmallDisk {
public:
    explicit SmallDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
    }
    ~SmallDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST_F(WriteJpeg, ComesBackWithItsSizeAndColors) {
    const fs::path path = folder / "a.jpg";
    ASSERT_TRUE(write_jpeg(picture.view(), 95, path));
    const cv::Mat back = cv::imread(path.string());
    ASSERT_EQ(back.cols, 33);
    ASSERT_EQ(back.rows, 17);
    const auto pixel = back.at<cv::Vec3b>(8, 16);
    EXPECT_NEAR(pixel[0], 40, 4);
    EXPECT_NEAR(pixel[1], 90, 4);
    EXPECT_NEAR(pixel[2], 200, 4);
    EXPECT_EQ(files(), 1);
}

TEST_F(WriteJpeg, ReadableByOthers) {
    ASSERT_TRUE(write_jpeg(picture.view(), 90, folder / "a.jpg"));
    EXPECT_NE(fs::status(folder / "a.jpg").permissions() & fs::perms::owner_read, fs::perms::none);
}

TEST_F(WriteJpeg, AMissingFolderIsNamed) {
    const auto status = write_jpeg(picture.view(), 90, folder / "none" / "a.jpg");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::unavailable);
    EXPECT_NE(status.error().message().find((folder / "none" / "a.jpg").string()),
              std::string::npos);
}

TEST_F(WriteJpeg, AFullDiskKeepsTheOldFileAndLeavesNoRest) {
    const fs::path path = folder / "a.jpg";
    std::ofstream{path} << "old";
    Status status;
    {
        const SmallDisk disk{100};
        status = write_jpeg(picture.view(), 90, path);
    }
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::resource_exhausted);
    std::string kept;
    std::getline(std::ifstream{path}, kept);
    EXPECT_EQ(kept, "old");
    EXPECT_EQ(files(), 1);
}

TEST(WriteJpegReadOnly, SaysPermissionDenied) {
    const auto status = write_jpeg(solid_bgr(4, 4, {1, 2, 3}).view(), 90, "/proc/sys/vedette.jpg");
    ASSERT_FALSE(status);
    EXPECT_TRUE(status.error().code() == ErrorCode::permission_denied ||
                status.error().code() == ErrorCode::unavailable);
}

TEST(EncodeJpeg, RefusesAnEmptyPicture) {
    const auto bytes = encode_jpeg(ImageView{}, 90);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code(), ErrorCode::invalid_argument);
}

TEST(EncodeJpeg, RefusesWhatTheFormatCannotHold) {
    const Image wide = solid_bgr(70'000, 1, {1, 2, 3});
    const auto bytes = encode_jpeg(wide.view(), 90);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code(), ErrorCode::internal);
}

} // namespace
} // namespace vedette::imaging
