#pragma once

#include "detect/glyph_row/row_outline.h"
#include "glyphs/glyph_chain.h"

namespace vedette::vision {

/// 0..1: how much the spots of a row are like signs: as many as plates have, of one height, on one
/// line, not solid, not all alike. \pre at least two glyphs
[[nodiscard]] float writing_score(const GlyphChain& row);

/// 0..1: how even the ground between the signs is, and how far they stand out from it.
[[nodiscard]] float ground_score(const RowGround& ground);

/// 0..1: of two rows on one plate, the larger one is its text and not the dealer's.
/// \param height_px  of a sign
[[nodiscard]] float size_score(float height_px);

/// 0..1: how much the outline has the shape of a plate.
[[nodiscard]] float shape_score(const imaging::PixelQuad& corners);

} // namespace vedette::vision
