#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "vedette/imaging/pixel_format.h"

namespace vedette::imaging {

/// The numbers that turn Y, U, V into full-range R, G, B, from the luma coefficients of ITU-R
/// BT.601, BT.709 and BT.2020 and the quantisation ranges given there.
struct YuvToRgb {
    float luma_offset = 0;
    float luma_scale = 1;
    float v_to_red = 0;
    float u_to_green = 0;
    float v_to_green = 0;
    float u_to_blue = 0;

    static YuvToRgb of(ColorMatrix matrix, ColorRange range) noexcept;
};

/// Converts a row in place: planes Y, U, V (0..255) become B, G, R (may leave 0..255).
void yuv_to_bgr(const YuvToRgb& how, const std::array<float*, 3>& planes,
                std::size_t count) noexcept;
/// Y alone to full-range grey, in place.
void luma_to_gray(const YuvToRgb& how, float* luma, std::size_t count) noexcept;
/// B, G, R to grey by BT.601, into the first plane.
void bgr_to_gray(const std::array<float*, 3>& planes, std::size_t count) noexcept;

/// Rounds and clamps `count` values of each given plane, interleaved, to `out`.
void pack1(const float* gray, std::size_t count, std::uint8_t* out) noexcept;
void pack3(const std::array<const float*, 3>& planes, std::size_t count,
           std::uint8_t* out) noexcept;

} // namespace vedette::imaging
