#pragma once

#include <array>

#include "vedette/imaging/image.h"

namespace vedette::imaging {

/// A point in pixels; (0, 0) is the top left corner of the top left pixel.
struct PixelPoint {
    float x = 0;
    float y = 0;
};

/// Top left, top right, bottom right, bottom left.
using PixelQuad = std::array<PixelPoint, 4>;

/// Where a source picture landed inside a letterboxed one: target = source * scale + offset, both
/// in pixels. `source` means the whole picture, also when only a part of it was cut out: results
/// map straight back.
struct Letterbox {
    float scale_x = 1;
    float scale_y = 1;
    float offset_x_px = 0;
    float offset_y_px = 0;
};

enum class Fit {
    stretch = 1,      ///< fill the target, aspect ratio lost
    letterbox_corner, ///< keep the ratio, picture in the top left, the rest `pad` (YOLOX)
    letterbox_centre, ///< keep the ratio, picture in the middle (YOLOv5 and most others)
};

/// Cuts `from` out of any format, scales it to width × height and converts it to `format` (gray8,
/// bgr24 or rgb24) in one go; chroma is scaled before it is converted, so large frames cost little.
/// Downscaling averages areas, upscaling is bilinear.
///
/// \param from  clamped to the image; empty means the whole of it
/// \param pad   0..255, the grey of what a letterbox leaves free
/// \param out   reshaped to width × height
/// \pre source is not empty, width and height > 0
Letterbox resize_into(const ImageView& source, PixelRect from, PixelFormat format, int width_px,
                      int height_px, Fit fit, int pad, Image& out);

/// The part of any image as bgr24 in its own size. `from` as in resize_into().
[[nodiscard]] Image crop_bgr(const ImageView& source, PixelRect from);

/// Straightens the four-cornered part of any image into width × height, bgr24, bilinear
/// (area-averaged when shrinking by more than two). What lies outside the picture repeats its edge;
/// all black if nothing of it lies inside. \pre width and height > 0
[[nodiscard]] Image rectify_bgr(const ImageView& source, const PixelQuad& corners, int width_px,
                                int height_px);

/// The same part of a picture without copying; even offsets for 4:2:0 formats (the rectangle may
/// grow by a pixel to the left and top). `from` is clamped.
[[nodiscard]] ImageView subview(const ImageView& source, PixelRect from);

/// Variance of the Laplacian of the grey picture: how sharp it is. Comparable only between like
/// crops.
[[nodiscard]] float sharpness(const ImageView& source, PixelRect from);

} // namespace vedette::imaging
