#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <vector>

#include "vedette/imaging/image.h"

/// Pictures with known content, for the tests of this module.
namespace vedette::imaging::testing {

struct Pixel {
    std::uint8_t blue = 0, green = 0, red = 0;
    friend bool operator==(const Pixel&, const Pixel&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Pixel& p) {
        return out << "bgr(" << int{p.blue} << ' ' << int{p.green} << ' ' << int{p.red} << ')';
    }
};

inline Pixel pixel_at(const Image& image, int x, int y) {
    const std::uint8_t* at = image.row(y) + 3 * x;
    return {at[0], at[1], at[2]};
}

inline Image solid_bgr(int width, int height, Pixel color) {
    Image out{PixelFormat::bgr24, width, height};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            std::uint8_t* at = out.row(y) + 3 * x;
            at[0] = color.blue;
            at[1] = color.green;
            at[2] = color.red;
        }
    return out;
}

/// value = step * x
inline Image gray_ramp(int width, int height, int step) {
    Image out{PixelFormat::gray8, width, height};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            out.row(y)[x] = static_cast<std::uint8_t>(step * x);
    return out;
}

/// A 4:2:0 picture with padded rows, so that a mix-up of width and stride shows.
struct YuvPicture {
    std::array<std::vector<std::uint8_t>, 3> memory;
    ImageView view;

    void fill_columns(int from, int to, std::array<std::uint8_t, 3> yuv) {
        fill(0, view.height_px, from, to, yuv[0]);
        const int rows = (view.height_px + 1) / 2;
        fill(1, rows, from / 2, (to + 1) / 2, yuv[1]);
        fill(2, rows, from / 2, (to + 1) / 2, yuv[2]);
    }

private:
    void fill(std::size_t plane, int rows, int from, int to, std::uint8_t value) {
        for (int y = 0; y < rows; ++y)
            for (int x = from; x < to; ++x)
                memory[plane][static_cast<std::size_t>(y * view.planes[plane].stride_bytes + x)] =
                    value;
    }
};

/// How numbers stand for colours.
struct YuvCoding {
    ColorMatrix matrix;
    ColorRange range;
};

inline YuvPicture solid_yuv(PixelFormat format, int width, int height,
                            std::array<std::uint8_t, 3> yuv, YuvCoding coding) {
    constexpr int kPadding = 13;
    YuvPicture out;
    out.view = {.format = format,
                .matrix = coding.matrix,
                .range = coding.range,
                .width_px = width,
                .height_px = height};
    const int chroma_width = (width + 1) / 2;
    const int chroma_height = (height + 1) / 2;
    const bool paired = format == PixelFormat::nv12;
    const auto make = [&out](std::size_t plane, int stride, int rows, std::uint8_t value) {
        out.memory[plane].assign(static_cast<std::size_t>(stride * rows), value);
        out.view.planes[plane] = {out.memory[plane].data(), stride};
    };
    make(0, width + kPadding, height, yuv[0]);
    make(1, chroma_width * (paired ? 2 : 1) + kPadding, chroma_height, yuv[1]);
    if (paired)
        for (std::size_t i = 1; i < out.memory[1].size(); i += 2)
            out.memory[1][i] = yuv[2];
    else
        make(2, chroma_width + kPadding, chroma_height, yuv[2]);
    if (paired) // rows have an odd stride: pairs must start anew in each
        for (int y = 0; y < chroma_height; ++y)
            for (int x = 0; x < chroma_width * 2; ++x)
                out.memory[1][static_cast<std::size_t>(y * out.view.planes[1].stride_bytes + x)] =
                    yuv[x % 2 == 0 ? 1 : 2];
    return out;
}

} // namespace vedette::imaging::testing
