#pragma once

#include <cstdint>
#include <vector>

#include "vedette/imaging/image_view.h"

namespace vedette::imaging {

/// Pixels of its own, one tightly packed plane (gray8, bgr24 or rgb24). Reusable: reshape() keeps
/// the memory. Behind the last pixel lie 64 bytes more, for code that reads and writes whole
/// vectors of them, as libswscale does.
///
/// Thread-compatible.
class Image {
public:
    Image() = default;
    /// \pre format is gray8, bgr24 or rgb24; sizes > 0. Pixels start at 0.
    Image(PixelFormat format, int width_px, int height_px) { reshape(format, width_px, height_px); }

    /// Changes size and format; pixel values are unspecified afterwards. Allocates only to grow.
    void reshape(PixelFormat format, int width_px, int height_px);

    [[nodiscard]] PixelFormat format() const noexcept { return format_; }
    [[nodiscard]] int width_px() const noexcept { return width_px_; }
    [[nodiscard]] int height_px() const noexcept { return height_px_; }
    [[nodiscard]] int channels() const noexcept { return format_ == PixelFormat::gray8 ? 1 : 3; }
    [[nodiscard]] std::ptrdiff_t stride_bytes() const noexcept {
        return static_cast<std::ptrdiff_t>(width_px_) * channels();
    }
    [[nodiscard]] bool empty() const noexcept { return width_px_ == 0 || height_px_ == 0; }

    [[nodiscard]] std::uint8_t* row(int y) noexcept { return pixels_.data() + y * stride_bytes(); }
    [[nodiscard]] const std::uint8_t* row(int y) const noexcept {
        return pixels_.data() + y * stride_bytes();
    }
    /// Valid until the next reshape() or the end of this image.
    [[nodiscard]] ImageView view() const noexcept;

private:
    PixelFormat format_ = PixelFormat::bgr24;
    int width_px_ = 0;
    int height_px_ = 0;
    std::vector<std::uint8_t> pixels_;
};

} // namespace vedette::imaging
