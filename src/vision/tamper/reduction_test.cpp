#include "tamper/reduction.h"

#include <cmath>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <tuple>
#include <vector>

namespace vedette::vision {
namespace {

using Grey = cv::Mat_<std::uint8_t>;

/// Soft hills, so that it matters little which pixels were read.
std::vector<std::uint8_t> hills(int width, int height, double low, double high) {
    std::vector<std::uint8_t> out;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            out.push_back(static_cast<std::uint8_t>(
                low + (high - low) * (0.5 + 0.25 * std::sin(9.0 * x / width) +
                                      0.25 * std::cos(7.0 * y / height))));
    return out;
}

Grey reduced(const imaging::ImageView& picture) {
    Grey small;
    Reduction{}.reduce(picture, small);
    return small;
}

double worst(const Grey& a, const Grey& b) { return cv::norm(a, b, cv::NORM_INF); }

class EverySize : public ::testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(EverySize, LooksLikeTheLargeOne) {
    const auto [width, height] = GetParam();
    auto bytes = hills(width, height, 0, 255);
    const imaging::ImageView view{.format = imaging::PixelFormat::gray8,
                                  .width_px = width,
                                  .height_px = height,
                                  .planes = {{{bytes.data(), width}}}};
    Grey wanted;
    cv::resize(cv::Mat{height, width, CV_8U, bytes.data()}, wanted, {kFineWidth, kFineHeight}, 0, 0,
               cv::INTER_AREA);
    EXPECT_LE(worst(reduced(view), wanted), width < 1280 ? 12 : 4) << width << "x" << height;
}

INSTANTIATE_TEST_SUITE_P(Reduction, EverySize,
                         ::testing::Values(std::tuple{640, 180}, std::tuple{640, 360},
                                           std::tuple{704, 576}, std::tuple{1280, 720},
                                           std::tuple{1920, 1080}, std::tuple{2562, 1921},
                                           std::tuple{3840, 2160}, std::tuple{321, 500},
                                           std::tuple{160, 120}));

TEST(Reduction, VideoLevelsBecomeFullGrey) {
    const auto low = hills(1280, 720, 16, 235);
    const auto full = hills(1280, 720, 0, 255);
    imaging::ImageView view{.format = imaging::PixelFormat::nv12,
                            .range = imaging::ColorRange::limited,
                            .width_px = 1280,
                            .height_px = 720,
                            .planes = {{{low.data(), 1280}}}};
    const Grey from_video = reduced(view);
    view.range = imaging::ColorRange::full;
    view.planes[0].data = full.data();
    EXPECT_LE(worst(from_video, reduced(view)), 2);
}

TEST(Reduction, ColourBecomesGrey) {
    const std::vector<std::uint8_t> bytes(std::size_t{1280} * 720 * 3, 100);
    const imaging::ImageView view{.format = imaging::PixelFormat::bgr24,
                                  .width_px = 1280,
                                  .height_px = 720,
                                  .planes = {{{bytes.data(), 1280 * 3}}}};
    EXPECT_LE(worst(reduced(view), Grey(kFineHeight, kFineWidth, std::uint8_t{100})), 1);
}

} // namespace
} // namespace vedette::vision
