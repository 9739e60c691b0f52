#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vedette::media {

enum class PictureKind { jpeg = 1, png, bmp, gif, webp, tiff, pgm, ppm };

/// By the first bytes, whatever the name says.
[[nodiscard]] std::optional<PictureKind> picture_kind(std::span<const std::uint8_t> start) noexcept;

struct PictureSize {
    std::int64_t width_px = 0;
    std::int64_t height_px = 0;
};

/// The size that a picture file declares, read without decoding anything, so that a bomb can be
/// refused. Nothing if the header is damaged, and for TIFF, whose size may lie anywhere in the
/// file.
[[nodiscard]] std::optional<PictureSize> declared_size(PictureKind kind,
                                                       std::span<const std::uint8_t> file) noexcept;

} // namespace vedette::media
