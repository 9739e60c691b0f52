#include "plate/plate_crop.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace vedette::vision {
namespace {

// Readers look at 94x24 to 128x64 pixels: less would be enlarged again, more is only averaged away.
constexpr float kLeastWidthPx = 96;
constexpr float kMostWidthPx = 512;
constexpr float kLeastHeightPx = 24;
constexpr float kMostHeightPx = 256;

float distance(imaging::PixelPoint a, imaging::PixelPoint b) {
    return std::hypot(b.x - a.x, b.y - a.y);
}

/// Twice the signed area of the triangle; > 0 when it turns clockwise on the screen.
float turn(imaging::PixelPoint a, imaging::PixelPoint b, imaging::PixelPoint c) {
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
}

int pixels(float length, float least, float most) {
    return static_cast<int>(std::lround(std::clamp(length, least, most)));
}

/// How much a row's brightness changes from left to right: signs do, paper does not.
long ink_of(const imaging::Image& crop, int y) {
    constexpr int kGreen = 1;
    const std::uint8_t* row = crop.row(y);
    long sum = 0;
    for (int x = 1; x < crop.width_px(); ++x)
        sum += std::abs(row[3 * x + kGreen] - row[3 * (x - 1) + kGreen]);
    return sum;
}

/// The row between two lines of text. The upper line is the lower one's height or less (China: 60
/// of 110 mm), so the gap is looked for from a third to a little below the middle.
int gap_between_lines(const imaging::Image& crop) {
    const int first = crop.height_px() / 3;
    const int last = crop.height_px() * 3 / 5;
    int best = crop.height_px() / 2;
    long least = std::numeric_limits<long>::max();
    for (int y = first; y <= last; ++y) {
        const long ink = ink_of(crop, y - 1) + ink_of(crop, y) + ink_of(crop, y + 1);
        const bool nearer =
            std::abs(y - crop.height_px() / 2) < std::abs(best - crop.height_px() / 2);
        if (ink < least || (ink == least && nearer)) {
            least = ink;
            best = y;
        }
    }
    return best;
}

} // namespace

PlateQuad plate_quad(const domain::NormQuad& corners, int picture_width_px, int picture_height_px) {
    PlateQuad out;
    for (std::size_t i = 0; i < corners.size(); ++i)
        out.corners[i] = {corners[i].x * static_cast<float>(picture_width_px),
                          corners[i].y * static_cast<float>(picture_height_px)};
    const auto& c = out.corners;
    out.width_px = (distance(c[0], c[1]) + distance(c[3], c[2])) / 2;
    out.height_px = (distance(c[0], c[3]) + distance(c[1], c[2])) / 2;
    return out;
}

bool is_upright_convex(const imaging::PixelQuad& c) {
    for (std::size_t i = 0; i < c.size(); ++i)
        if (!(turn(c[i], c[(i + 1) % 4], c[(i + 2) % 4]) > 1)) // also refuses NaN
            return false;
    return std::min(distance(c[0], c[1]), distance(c[3], c[2])) > 2 &&
           std::min(distance(c[0], c[3]), distance(c[1], c[2])) > 1;
}

imaging::PixelQuad with_margin(const imaging::PixelQuad& c, float share_x, float share_y) {
    const auto outward = [](imaging::PixelPoint corner, imaging::PixelPoint along_x,
                            imaging::PixelPoint along_y, float x, float y) {
        return imaging::PixelPoint{
            corner.x + (corner.x - along_x.x) * x + (corner.x - along_y.x) * y,
            corner.y + (corner.y - along_x.y) * x + (corner.y - along_y.y) * y};
    };
    return {
        outward(c[0], c[1], c[3], share_x, share_y), outward(c[1], c[0], c[2], share_x, share_y),
        outward(c[2], c[3], c[1], share_x, share_y), outward(c[3], c[2], c[0], share_x, share_y)};
}

imaging::Image in_one_line(const imaging::Image& crop) {
    const int cut = gap_between_lines(crop);
    const int height = std::max(cut, crop.height_px() - cut);
    const auto part = [&](int top, int rows) {
        const int width = std::max(crop.width_px() * height / rows, 1);
        imaging::Image out;
        imaging::resize_into(crop.view(), {0, top, crop.width_px(), rows},
                             imaging::PixelFormat::bgr24, width, height, imaging::Fit::stretch, 0,
                             out);
        return out;
    };
    const imaging::Image upper = part(0, cut);
    const imaging::Image lower = part(cut, crop.height_px() - cut);
    imaging::Image out{imaging::PixelFormat::bgr24, upper.width_px() + lower.width_px(), height};
    for (int y = 0; y < height; ++y) {
        std::uint8_t* after = std::copy_n(upper.row(y), upper.stride_bytes(), out.row(y));
        std::copy_n(lower.row(y), lower.stride_bytes(), after);
    }
    return out;
}

imaging::Image straighten(const imaging::ImageView& picture, const PlateQuad& quad, float margin_x,
                          float margin_y) {
    const int width = pixels(quad.width_px * (1 + 2 * margin_x), kLeastWidthPx, kMostWidthPx);
    const int height = pixels(quad.height_px * (1 + 2 * margin_y), kLeastHeightPx, kMostHeightPx);
    return imaging::rectify_bgr(picture, with_margin(quad.corners, margin_x, margin_y), width,
                                height);
}

} // namespace vedette::vision
