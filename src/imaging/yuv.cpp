#include "yuv.h"

#include <algorithm>

namespace vedette::imaging {
namespace {

struct LumaWeights {
    float red;
    float blue;
};

LumaWeights luma_weights(ColorMatrix matrix) noexcept {
    switch (matrix) {
    case ColorMatrix::bt601: return {0.299F, 0.114F};
    case ColorMatrix::bt709: return {0.2126F, 0.0722F};
    case ColorMatrix::bt2020: return {0.2627F, 0.0593F};
    }
    return {0.299F, 0.114F};
}

std::uint8_t to_byte(float value) noexcept {
    // The value is positive here, so adding a half rounds; lround() would be a call per sample.
    // NOLINTBEGIN(bugprone-incorrect-roundings): as just said
    return static_cast<std::uint8_t>(
        static_cast<int>(std::min(std::max(value, 0.0F), 255.0F) + 0.5F));
    // NOLINTEND(bugprone-incorrect-roundings)
}

} // namespace

YuvToRgb YuvToRgb::of(ColorMatrix matrix, ColorRange range) noexcept {
    const LumaWeights k = luma_weights(matrix);
    const float green = 1 - k.red - k.blue;
    const bool limited = range == ColorRange::limited;
    const float chroma = limited ? 255.0F / 224.0F : 1.0F;
    const float to_red = 2 * (1 - k.red) * chroma;
    const float to_blue = 2 * (1 - k.blue) * chroma;
    return {.luma_offset = limited ? 16.0F : 0.0F,
            .luma_scale = limited ? 255.0F / 219.0F : 1.0F,
            .v_to_red = to_red,
            .u_to_green = -to_blue * k.blue / green,
            .v_to_green = -to_red * k.red / green,
            .u_to_blue = to_blue};
}

void yuv_to_bgr(const YuvToRgb& how, const std::array<float*, 3>& planes,
                std::size_t count) noexcept {
    const YuvToRgb k = how;
    float* __restrict const first = planes[0];
    float* __restrict const second = planes[1];
    float* __restrict const third = planes[2];
    for (std::size_t i = 0; i < count; ++i) {
        const float luma = (first[i] - k.luma_offset) * k.luma_scale;
        const float u = second[i] - 128.0F;
        const float v = third[i] - 128.0F;
        first[i] = luma + k.u_to_blue * u;
        second[i] = luma + k.u_to_green * u + k.v_to_green * v;
        third[i] = luma + k.v_to_red * v;
    }
}

void luma_to_gray(const YuvToRgb& how, float* luma, std::size_t count) noexcept {
    const YuvToRgb k = how;
    for (std::size_t i = 0; i < count; ++i)
        luma[i] = (luma[i] - k.luma_offset) * k.luma_scale;
}

void bgr_to_gray(const std::array<float*, 3>& planes, std::size_t count) noexcept {
    float* __restrict const blue = planes[0];
    const float* __restrict const green = planes[1];
    const float* __restrict const red = planes[2];
    for (std::size_t i = 0; i < count; ++i)
        blue[i] = 0.114F * blue[i] + 0.587F * green[i] + 0.299F * red[i];
}

void pack1(const float* gray, std::size_t count, std::uint8_t* out) noexcept {
    for (std::size_t i = 0; i < count; ++i)
        out[i] = to_byte(gray[i]);
}

void pack3(const std::array<const float*, 3>& planes, std::size_t count,
           std::uint8_t* out) noexcept {
    const float* __restrict const a = planes[0];
    const float* __restrict const b = planes[1];
    const float* __restrict const c = planes[2];
    std::uint8_t* __restrict const to = out;
    for (std::size_t i = 0; i < count; ++i) {
        to[3 * i] = to_byte(a[i]);
        to[3 * i + 1] = to_byte(b[i]);
        to[3 * i + 2] = to_byte(c[i]);
    }
}

} // namespace vedette::imaging
