#pragma once

#include <cstdint>
#include <string_view>

#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"

namespace vedette::imaging {

struct Color {
    std::uint8_t red = 0, green = 0, blue = 0;
};

/// Draws on a bgr24 picture; what lies outside is cut off.
void draw_rectangle(Image& on, PixelRect rect, Color color, int thickness_px);
void draw_quad(Image& on, const PixelQuad& quad, Color color, int thickness_px);
struct LabelStyle {
    Color background;
    int height_px = 12; ///< of the capital letters
};
/// A filled label whose lower left corner is at (x, y); kept inside the picture. ASCII; others
/// become '?'.
void draw_label(Image& on, int x, int y, std::string_view text, const LabelStyle& style);

} // namespace vedette::imaging
