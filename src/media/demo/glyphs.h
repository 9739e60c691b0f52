#pragma once

#include <span>
#include <vector>

#include "demo/vec.h"

namespace vedette::media::demo {

/// One pen stroke as connected points in a box 6 wide and 10 high, y downwards.
using Stroke = std::vector<Vec2>;

/// Strokes of A-Z, 0-9 or '-', drawn for this project in the manner of number plates; empty for
/// others.
[[nodiscard]] std::vector<Stroke> glyph_strokes(char letter);

/// Thickness of the pen in the same units.
inline constexpr float kGlyphPen = 1.25F;
inline constexpr float kGlyphWidth = 6.0F;
inline constexpr float kGlyphHeight = 10.0F;

/// Distance from a point to the middle line of the nearest stroke.
[[nodiscard]] float distance_to(std::span<const Stroke> strokes, Vec2 point) noexcept;

} // namespace vedette::media::demo
