#pragma once

#include <vector>

#include "glyphs/ink_spots.h"

namespace vedette::vision {

/// A connected spot of ink that could be a sign of a plate, in pixels of the picture.
struct Glyph {
    float left = 0;
    float top = 0;
    float width = 0;
    float height = 0;
    float fill = 0; ///< 0..1, share of its box that is ink

    [[nodiscard]] float right() const noexcept { return left + width; }
    [[nodiscard]] float bottom() const noexcept { return top + height; }
    [[nodiscard]] float middle_x() const noexcept { return left + width / 2; }
    [[nodiscard]] float middle_y() const noexcept { return top + height / 2; }
};

/// Glyphs that follow each other from left to right.
using GlyphChain = std::vector<Glyph>;

/// y = slope * x + offset, the least squares line through the middles of a chain.
struct Baseline {
    float slope = 0;
    float offset = 0;
    float error = 0; ///< mean distance of the middles, pixels

    [[nodiscard]] float at(float x) const noexcept { return slope * x + offset; }
};

[[nodiscard]] Baseline baseline_of(const GlyphChain& chain);
[[nodiscard]] float median_height(const GlyphChain& chain);

/// How many signs the glyph shows: two that touch are one spot.
[[nodiscard]] int signs_in(const Glyph& glyph);
[[nodiscard]] int signs_in(const GlyphChain& chain);

/// The spots that could be signs of that many pixels in height, as glyphs.
void take_glyphs(const std::vector<InkSpot>& spots, int shortest_px, int tallest_px,
                 std::vector<Glyph>& out);

/// Groups glyphs of like height that stand in a row, by their nearest right neighbours; then takes
/// out what is not as high as the others or not on their line.
/// \param glyphs  get sorted. \return chains of at least two.
[[nodiscard]] std::vector<GlyphChain> chain_glyphs(std::vector<Glyph>& glyphs);

} // namespace vedette::vision
