#pragma once

namespace vedette::imaging {

/// How pixels lie in memory. Colour formats of video are 4:2:0 with planes Y, U, V or Y, UV.
enum class PixelFormat {
    gray8 = 1,
    bgr24,
    rgb24,
    i420, ///< three planes; chroma half size, rounded up
    nv12, ///< two planes; interleaved UV
};

/// How YUV numbers map to RGB; meaningless for the other formats.
enum class ColorMatrix { bt601 = 1, bt709, bt2020 };
enum class ColorRange { limited = 1, full };

[[nodiscard]] constexpr int plane_count(PixelFormat format) noexcept {
    switch (format) {
    case PixelFormat::gray8:
    case PixelFormat::bgr24:
    case PixelFormat::rgb24: return 1;
    case PixelFormat::nv12: return 2;
    case PixelFormat::i420: return 3;
    }
    return 0;
}

} // namespace vedette::imaging
