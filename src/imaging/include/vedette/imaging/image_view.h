#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "vedette/imaging/pixel_format.h"

namespace vedette::imaging {

struct Plane {
    const std::uint8_t* data = nullptr;
    std::ptrdiff_t stride_bytes = 0;
};

/// Pixels that somebody else owns. Copying it copies no pixels.
struct ImageView {
    PixelFormat format = PixelFormat::bgr24;
    ColorMatrix matrix = ColorMatrix::bt601;
    ColorRange range = ColorRange::limited;
    int width_px = 0;
    int height_px = 0;
    std::array<Plane, 3> planes{};

    [[nodiscard]] bool empty() const noexcept {
        return width_px <= 0 || height_px <= 0 || planes[0].data == nullptr;
    }
};

/// Whole pixels, inside an image; width and height > 0 unless empty.
struct PixelRect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    [[nodiscard]] bool empty() const noexcept { return width <= 0 || height <= 0; }
    friend bool operator==(const PixelRect&, const PixelRect&) = default;
};

} // namespace vedette::imaging
