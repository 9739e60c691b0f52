#include "detect/glyph_row/row_score.h"

#include <algorithm>
#include <cmath>

namespace vedette::vision {
namespace {

constexpr float kSolid = 0.86F; ///< share of its box that a window or a brick fills
constexpr float kSmallSign_px = 2;

/// 1 up to `good`, 0 from `bad` on, a straight line between.
float falling(float value, float good, float bad) {
    return std::clamp((bad - value) / (bad - good), 0.0F, 1.0F);
}
float rising(float value, float bad, float good) {
    return std::clamp((value - bad) / (good - bad), 0.0F, 1.0F);
}

struct Spread {
    float mean = 0;
    float deviation = 0;
};

template <typename Take>
Spread spread_of(const GlyphChain& row, Take take) {
    float sum = 0;
    float squares = 0;
    for (const Glyph& glyph : row) {
        const float value = take(glyph);
        sum += value;
        squares += value * value;
    }
    const auto count = static_cast<float>(row.size());
    const float mean = sum / count;
    return {mean, std::sqrt(std::max(0.0F, squares / count - mean * mean))};
}

float median_width(const GlyphChain& row) {
    std::vector<float> widths;
    for (const Glyph& glyph : row)
        widths.push_back(glyph.width);
    const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
    std::nth_element(widths.begin(), middle, widths.end());
    return *middle;
}

} // namespace

float writing_score(const GlyphChain& row) {
    const float height = median_height(row);
    const auto count = static_cast<float>(row.size());
    const auto signs = static_cast<float>(signs_in(row));
    const auto solid = static_cast<float>(std::count_if(
        row.begin(), row.end(), [](const Glyph& glyph) { return glyph.fill > kSolid; }));
    const Spread heights = spread_of(row, [](const Glyph& g) { return g.height; });
    const Spread widths = spread_of(row, [](const Glyph& g) { return g.width; });
    const Spread fills = spread_of(row, [](const Glyph& g) { return g.fill; });
    const float width = median_width(row) / height;
    const float gaps = (row.back().right() - row.front().left) - widths.mean * count;
    const Baseline line = baseline_of(row);
    const float number = rising(signs, 2, 6) * falling(signs, 10, 14);
    const float alike = falling(heights.deviation / height, 0.08F, 0.2F) *
                        falling(widths.deviation / height, 0.35F, 0.8F);
    const float strokes = falling(solid / count, 0.3F, 0.7F) * rising(fills.deviation, 0, 0.03F) *
                          rising(fills.mean, 0.25F, 0.4F) * falling(fills.mean, 0.7F, 0.85F);
    const float spacing = rising(width, 0.22F, 0.38F) * falling(width, 0.8F, 1.2F) *
                          falling(gaps / (count - 1) / height, 0.45F, 1);
    const float straight =
        falling(line.error / height, 0.05F, 0.15F) * falling(std::abs(line.slope), 0.2F, 0.5F);
    return number * alike * strokes * spacing * straight;
}

float ground_score(const RowGround& ground) {
    return falling(ground.unrest, 0.3F, 1.2F) * rising(ground.contrast, 12, 35);
}

float size_score(float height_px) { return height_px / (height_px + kSmallSign_px); }

float shape_score(const imaging::PixelQuad& c) {
    const float width = (std::hypot(c[1].x - c[0].x, c[1].y - c[0].y) +
                         std::hypot(c[2].x - c[3].x, c[2].y - c[3].y)) /
                        2;
    const float height = (std::hypot(c[3].x - c[0].x, c[3].y - c[0].y) +
                          std::hypot(c[2].x - c[1].x, c[2].y - c[1].y)) /
                         2;
    const float aspect = width / std::max(height, 1.0F);
    return rising(aspect, 1.1F, 1.7F) * falling(aspect, 7, 10);
}

} // namespace vedette::vision
