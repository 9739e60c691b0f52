#pragma once

#include "vedette/domain/geometry.h"
#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {

/// Where a plate lies in a picture, in its pixels.
struct PlateQuad {
    imaging::PixelQuad corners{};
    float width_px = 0;  ///< mean of upper and lower edge
    float height_px = 0; ///< mean of left and right edge
};

[[nodiscard]] PlateQuad plate_quad(const domain::NormQuad& corners, int picture_width_px,
                                   int picture_height_px);

/// Whether the corners are a plate that can be straightened: convex, in reading order, wider than 2
/// and higher than 1 pixel.
[[nodiscard]] bool is_upright_convex(const imaging::PixelQuad& corners);

/// The quad moved outwards along its own edges by shares of its width and height.
[[nodiscard]] imaging::PixelQuad with_margin(const imaging::PixelQuad& corners, float share_x,
                                             float share_y);

/// The plate straightened, about as large as it is in the picture; small ones are enlarged, large
/// ones reduced. \pre is_upright_convex(quad.corners)
[[nodiscard]] imaging::Image straighten(const imaging::ImageView& picture, const PlateQuad& quad,
                                        float margin_x, float margin_y);

/// A straightened plate of two lines as one line, for readers that know no other: cut where the
/// rows around its middle hold the least ink, both parts brought to the height of the higher one,
/// side by side. \pre bgr24, at least 8 pixels high
[[nodiscard]] imaging::Image in_one_line(const imaging::Image& crop);

} // namespace vedette::vision
