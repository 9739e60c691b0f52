#include "ocr/tesseract/plate_ink.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vedette/imaging/transform.h"

namespace vedette::vision {
namespace {

constexpr int kLineHeightPx = 64;
constexpr int kMarginPx = 12;
/// Width by height: long plates are 4.6 to 5.2, North American ones 2, two-line ones 1.0 to 1.6.
constexpr float kTwoLinesBelow = 1.7F;

cv::Mat mat_of(imaging::Image& image) {
    return {image.height_px(), image.width_px(), CV_8UC1, image.row(0),
            static_cast<std::size_t>(image.stride_bytes())};
}

/// Whether the signs are lighter than the plate: a plate is mostly background.
bool is_light_on_dark(const cv::Mat& binary) { return cv::mean(binary)[0] < 127; }

} // namespace

PlateInk make_ink(const imaging::ImageView& crop) {
    PlateInk out;
    const float aspect = static_cast<float>(crop.width_px) / static_cast<float>(crop.height_px);
    out.lines = aspect < kTwoLinesBelow ? 2 : 1;
    const int height = kLineHeightPx * out.lines;
    const int width =
        std::clamp(static_cast<int>(static_cast<float>(height) * aspect), height / 2, height * 8);
    imaging::Image gray;
    imaging::resize_into(crop, {}, imaging::PixelFormat::gray8, width, height,
                         imaging::Fit::stretch, 255, gray);

    cv::Mat pixels = mat_of(gray);
    cv::Mat smooth;
    cv::GaussianBlur(pixels, smooth, {3, 3}, 0);
    cv::Mat binary;
    cv::threshold(smooth, binary, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    if (is_light_on_dark(binary))
        cv::bitwise_not(binary, binary);

    out.picture.reshape(imaging::PixelFormat::gray8, width + 2 * kMarginPx, height + 2 * kMarginPx);
    cv::Mat target = mat_of(out.picture);
    cv::copyMakeBorder(binary, target, kMarginPx, kMarginPx, kMarginPx, kMarginPx,
                       cv::BORDER_CONSTANT, {255});
    return out;
}

} // namespace vedette::vision
