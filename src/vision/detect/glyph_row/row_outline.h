#pragma once

#include <opencv2/core.hpp>

#include "glyphs/glyph_chain.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {

/// What the signs of a row stand on.
struct RowGround {
    float brightness = 0; ///< 0..255, between the signs
    float contrast = 0;   ///< grey levels, by which the signs are darker
    float unrest = 1;     ///< deviation of the ground, as a share of the contrast
};

/// \param ink  not 0 where `gray` has ink; both of one size. \return contrast 0 where no ground
/// shows between the signs.
[[nodiscard]] RowGround ground_of(const GlyphChain& row, const cv::Mat& gray, const cv::Mat& ink);

/// The corners of the plate around a row of signs, from the top left one clockwise: two lines along
/// the signs, moved outwards to where the ground ends, or as far as plates have margins where it
/// never does (a white plate on a white car). They may lie outside the picture.
[[nodiscard]] imaging::PixelQuad outline_of(const GlyphChain& row, const RowGround& ground,
                                            const cv::Mat& gray);

} // namespace vedette::vision
