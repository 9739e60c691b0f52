#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "mat.h"
#include "vedette/base/assert.h"
#include "vedette/imaging/transform.h"

namespace vedette::imaging {
namespace {

constexpr int kMaxOversampling = 8; // more shrinking than that leaves nothing readable anyway

float distance(PixelPoint a, PixelPoint b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// How many samples a side needs per target pixel so that none of the source is skipped.
int oversampling(float longer_edge_px, int target_px) {
    const float ratio = longer_edge_px / static_cast<float>(target_px);
    return ratio <= 2 ? 1 : static_cast<int>(std::min(std::ceil(ratio), float{kMaxOversampling}));
}

/// The part of the picture that the quad covers, with a margin for interpolation; empty if it lies
/// outside.
PixelRect surroundings(const ImageView& source, const PixelQuad& corners) {
    float left = corners[0].x, right = left, top = corners[0].y, bottom = top;
    for (const auto& corner : corners) {
        if (!std::isfinite(corner.x) || !std::isfinite(corner.y))
            return {};
        left = std::min(left, corner.x);
        right = std::max(right, corner.x);
        top = std::min(top, corner.y);
        bottom = std::max(bottom, corner.y);
    }
    const auto inside = [](float value, int size) {
        return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(size)));
    };
    const int x = inside(std::floor(left) - 2, source.width_px);
    const int y = inside(std::floor(top) - 2, source.height_px);
    return {x, y, inside(std::ceil(right) + 2, source.width_px) - x,
            inside(std::ceil(bottom) + 2, source.height_px) - y};
}

/// From the pixels of a width × height target to those of the crop. OpenCV puts (0, 0) in the
/// middle of a pixel, we at its corner: hence the halves.
cv::Mat to_source(const PixelQuad& corners, PixelRect crop, int width, int height) {
    const auto w = static_cast<float>(width) - 0.5F;
    const auto h = static_cast<float>(height) - 0.5F;
    const std::array<cv::Point2f, 4> target{{{-0.5F, -0.5F}, {w, -0.5F}, {w, h}, {-0.5F, h}}};
    std::array<cv::Point2f, 4> source;
    for (std::size_t i = 0; i < 4; ++i)
        source[i] = {corners[i].x - static_cast<float>(crop.x) - 0.5F,
                     corners[i].y - static_cast<float>(crop.y) - 0.5F};
    return cv::getPerspectiveTransform(target.data(), source.data());
}

} // namespace

Image rectify_bgr(const ImageView& source, const PixelQuad& corners, int width_px, int height_px) {
    VEDETTE_ASSERT(!source.empty());
    Image out{PixelFormat::bgr24, width_px, height_px};
    const PixelRect around = surroundings(source, corners);
    if (around.empty())
        return out; // nothing of it is in the picture: black

    Image crop = crop_bgr(source, around);
    const int more_x = oversampling(
        std::max(distance(corners[0], corners[1]), distance(corners[3], corners[2])), width_px);
    const int more_y = oversampling(
        std::max(distance(corners[0], corners[3]), distance(corners[1], corners[2])), height_px);
    Image fine{PixelFormat::bgr24, width_px * more_x, height_px * more_y};
    cv::Mat target = as_mat(fine);
    cv::warpPerspective(
        as_mat(crop), target, to_source(corners, around, fine.width_px(), fine.height_px()),
        target.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    if (more_x == 1 && more_y == 1)
        return fine;
    resize_into(fine.view(), {}, PixelFormat::bgr24, width_px, height_px, Fit::stretch, 0, out);
    return out;
}

} // namespace vedette::imaging
