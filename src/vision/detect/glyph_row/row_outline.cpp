#include "detect/glyph_row/row_outline.h"

#include <algorithm>
#include <cmath>

namespace vedette::vision {
namespace {

// Shares of a sign's height.
constexpr float kFarthestSide = 1.1F; ///< the ground is followed so far beyond the outer signs
constexpr float kUsualSide = 0.3F;    ///< and taken for so wide where it has no end
constexpr float kWidestSign = 0.75F;  ///< one that was missed, or two that touch a little
constexpr float kLongestRow = 7;
constexpr float kFarthestEdge = 0.75F; ///< the same above and below
constexpr float kUsualEdge = 0.2F;
constexpr float kLeastMargin = 0.06F;
/// Share of the contrast by which what is no longer ground differs from it.
constexpr float kDarkEdge = 0.4F;
constexpr float kBrightEdge = 0.6F;
constexpr int kSamples = 24;

/// The band that the signs fill: a straight middle, a height that may grow along it.
struct Band {
    Baseline middle;
    float height = 0; ///< at x = 0 of the fit below
    float growth = 0; ///< of the height, per pixel along x
    float centre_x = 0;

    [[nodiscard]] float half_height(float x) const noexcept {
        return 0.5F * (height + growth * (x - centre_x));
    }
    /// \param share  -1 at the upper edge of the signs, 1 at the lower one
    [[nodiscard]] float y(float x, float share) const noexcept {
        return middle.at(x) + share * half_height(x);
    }
};

/// Growth smaller than this over a row is noise of the pixels.
constexpr float kLeastGrowth_px = 1.6F;

Band band_of(const GlyphChain& row) {
    Band band;
    band.middle = baseline_of(row);
    band.height = median_height(row);
    const auto count = static_cast<float>(row.size());
    float mean = 0;
    for (const Glyph& glyph : row) {
        band.centre_x += glyph.middle_x() / count;
        mean += glyph.height / count;
    }
    float xx = 0;
    float xh = 0;
    for (const Glyph& glyph : row) {
        const float x = glyph.middle_x() - band.centre_x;
        xx += x * x;
        xh += x * (glyph.height - mean);
    }
    const float growth = xx > 0 ? xh / xx : 0;
    const float over_row = std::abs(growth) * (row.back().right() - row.front().left);
    if (over_row > kLeastGrowth_px && over_row < 0.4F * band.height)
        band.growth = growth;
    return band;
}

/// Mean grey level on the segment; nothing where it leaves the picture.
float level_along(const cv::Mat& gray, imaging::PixelPoint from, imaging::PixelPoint to) {
    float sum = 0;
    int count = 0;
    for (int i = 0; i < kSamples; ++i) {
        const float t = (static_cast<float>(i) + 0.5F) / kSamples;
        const int x = static_cast<int>(std::floor(from.x + t * (to.x - from.x)));
        const int y = static_cast<int>(std::floor(from.y + t * (to.y - from.y)));
        if (x < 0 || y < 0 || x >= gray.cols || y >= gray.rows)
            continue;
        sum += static_cast<float>(gray.at<unsigned char>(y, x));
        ++count;
    }
    return count > kSamples / 2 ? sum / static_cast<float>(count) : -1;
}

bool is_ground(const RowGround& ground, float level) {
    return level >= ground.brightness - kDarkEdge * ground.contrast &&
           level <= ground.brightness + kBrightEdge * ground.contrast;
}

/// How far, in pixels, the ground goes on; `level_at(d)` is the grey level d pixels outwards.
template <typename LevelAt>
float ground_reaches(const RowGround& ground, float farthest, float usual, LevelAt level_at) {
    for (float d = 1; d <= farthest; d += 1)
        if (!is_ground(ground, level_at(d)))
            return d - 0.5F;
    return usual;
}

/// The same sideways, over signs that were not found as such: what is no ground is crossed if it is
/// no wider than a sign and ground follows.
template <typename LevelAt>
float plate_reaches(const RowGround& ground, float height, float farthest, LevelAt level_at) {
    float last_ground = 0; ///< outermost column of the plate
    float run = 0;         ///< columns of ground since the last sign
    for (float d = 1; d <= farthest && d - last_ground <= kWidestSign * height; d += 1) {
        run = is_ground(ground, level_at(d)) ? run + 1 : 0;
        if (run > kFarthestSide * height) // no plate is empty for so long: the car is as bright
            return last_ground - run + 1 + kUsualSide * height;
        if (run >= std::max(1.0F, kLeastMargin * height))
            last_ground = d;
    }
    return last_ground + 0.5F;
}

} // namespace

RowGround ground_of(const GlyphChain& row, const cv::Mat& gray, const cv::Mat& ink) {
    const float margin = 0.08F * row.front().height;
    float top = row.front().top;
    float bottom = row.front().bottom();
    for (const Glyph& glyph : row) {
        top = std::min(top, glyph.top);
        bottom = std::max(bottom, glyph.bottom());
    }
    const int left = std::max(0, static_cast<int>(row.front().left));
    const int right = std::min(gray.cols, static_cast<int>(std::ceil(row.back().right())));
    const int from = std::max(0, static_cast<int>(top - margin));
    const int to = std::min(gray.rows, static_cast<int>(std::ceil(bottom + margin)));
    double sum = 0;
    double squares = 0;
    double ink_sum = 0;
    int free = 0;
    int inked = 0;
    for (int y = from; y < to; ++y) {
        const auto* levels = gray.ptr<unsigned char>(y);
        const auto* marks = ink.ptr<unsigned char>(y);
        for (int x = left; x < right; ++x) {
            const double level = levels[x];
            if (marks[x] != 0) {
                ink_sum += level;
                ++inked;
            } else if ((x == left || marks[x - 1] == 0) && (x + 1 == right || marks[x + 1] == 0)) {
                sum += level; // the blurred rim of a sign is neither
                squares += level * level;
                ++free;
            }
        }
    }
    RowGround out;
    if (inked == 0 || free * 12 < (right - left) * (to - from))
        return out;
    const double mean = sum / free;
    out.brightness = static_cast<float>(mean);
    out.contrast = static_cast<float>(mean - ink_sum / inked);
    if (out.contrast > 0)
        out.unrest = static_cast<float>(std::sqrt(std::max(0.0, squares / free - mean * mean))) /
                     out.contrast;
    return out;
}

imaging::PixelQuad outline_of(const GlyphChain& row, const RowGround& ground, const cv::Mat& gray) {
    const Band band = band_of(row);
    const float height = band.height;
    const auto side = [&](float x, float outwards) {
        const float rest = kLongestRow * height - (row.back().right() - row.front().left);
        const float reach =
            plate_reaches(ground, height, std::max(rest, kUsualSide * height), [&](float d) {
                const float at = x + outwards * d;
                return level_along(gray, {at, band.y(at, -0.9F)}, {at, band.y(at, 0.9F)});
            });
        return x + outwards * std::max(reach, kLeastMargin * height);
    };
    const float left = side(row.front().left, -1);
    const float right = side(row.back().right(), 1);
    const float inner_left = row.front().left;
    const float inner_right = row.back().right();
    const auto edge = [&](float share) {
        const float reach =
            ground_reaches(ground, kFarthestEdge * height, kUsualEdge * height, [&](float d) {
                return level_along(gray, {inner_left, band.y(inner_left, share) + share * d},
                                   {inner_right, band.y(inner_right, share) + share * d});
            });
        return share * (1 + 2 * std::max(reach, kLeastMargin * height) / height);
    };
    const float top = edge(-1);
    const float bottom = edge(1);
    return {{{left, band.y(left, top)},
             {right, band.y(right, top)},
             {right, band.y(right, bottom)},
             {left, band.y(left, bottom)}}};
}

} // namespace vedette::vision
