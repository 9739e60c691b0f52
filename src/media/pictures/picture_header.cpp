#include "pictures/picture_header.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace vedette::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool has(Bytes bytes, std::size_t at, std::string_view text) noexcept {
    return bytes.size() >= at + text.size() &&
           std::memcmp(bytes.data() + at, text.data(), text.size()) == 0;
}

/// \pre at + count <= bytes.size(), count <= 4
std::int64_t big_endian(Bytes bytes, std::size_t at, std::size_t count) noexcept {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | bytes[at + i];
    return value;
}

std::int64_t little_endian(Bytes bytes, std::size_t at, std::size_t count) noexcept {
    std::int64_t value = 0;
    for (std::size_t i = count; i-- > 0;)
        value = value << 8 | bytes[at + i];
    return value;
}

/// ITU-T T.81: the size is in the start-of-frame segment; those before it are skipped by their
/// lengths.
std::optional<PictureSize> jpeg_size(Bytes file) noexcept {
    for (std::size_t at = 2; at + 9 <= file.size();) {
        if (file[at] != 0xFF)
            return std::nullopt;
        const std::uint8_t marker = file[at + 1];
        if (marker == 0xFF) { // fill byte
            ++at;
            continue;
        }
        const bool start_of_frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (start_of_frame)
            return PictureSize{big_endian(file, at + 7, 2), big_endian(file, at + 5, 2)};
        const bool alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
        at += alone ? 2 : 2 + static_cast<std::size_t>(big_endian(file, at + 2, 2));
    }
    return std::nullopt;
}

/// RIFF with a VP8, VP8L or VP8X chunk first (RFC 9649).
std::optional<PictureSize> webp_size(Bytes file) noexcept {
    if (file.size() < 30)
        return std::nullopt;
    if (has(file, 12, "VP8X"))
        return PictureSize{little_endian(file, 24, 3) + 1, little_endian(file, 27, 3) + 1};
    if (has(file, 12, "VP8L")) {
        const std::int64_t bits = little_endian(file, 21, 4);
        return PictureSize{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
    }
    if (has(file, 12, "VP8 "))
        return PictureSize{little_endian(file, 26, 2) & 0x3FFF,
                           little_endian(file, 28, 2) & 0x3FFF};
    return std::nullopt;
}

std::optional<PictureSize> bmp_size(Bytes file) noexcept {
    if (file.size() < 26)
        return std::nullopt;
    if (little_endian(file, 14, 4) == 12) // the oldest header
        return PictureSize{little_endian(file, 18, 2), little_endian(file, 20, 2)};
    const auto height =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(little_endian(file, 22, 4)));
    return PictureSize{little_endian(file, 18, 4), std::llabs(height)}; // negative: top row first
}

bool is_space(std::uint8_t byte) noexcept {
    return byte == ' ' || (byte >= '\t' && byte <= '\r'); // \t \n \v \f \r
}

/// Netpbm's binary forms: "P5" or "P6", width, height, largest value, apart by white space and by
/// comments that go to the end of their line.
std::optional<PictureSize> netpbm_size(Bytes file) noexcept {
    std::array<std::int64_t, 2> sizes{};
    std::size_t at = 2;
    for (std::int64_t& size : sizes) {
        while (at < file.size() && (is_space(file[at]) || file[at] == '#')) {
            const bool comment = file[at] == '#';
            while (comment && at < file.size() && file[at] != '\n')
                ++at;
            at += at < file.size() ? 1 : 0;
        }
        constexpr std::size_t kMostDigits = 9;
        std::size_t digits = 0;
        for (; at < file.size() && file[at] >= '0' && file[at] <= '9'; ++at, ++digits)
            if (digits < kMostDigits)
                size = size * 10 + (file[at] - '0');
        if (digits == 0 || digits > kMostDigits)
            return std::nullopt;
    }
    return PictureSize{sizes[0], sizes[1]};
}

} // namespace

std::optional<PictureKind> picture_kind(Bytes start) noexcept {
    if (has(start, 0, "\xFF\xD8\xFF"))
        return PictureKind::jpeg;
    if (has(start, 0, "\x89PNG\r\n\x1A\n"))
        return PictureKind::png;
    if (has(start, 0, "GIF87a") || has(start, 0, "GIF89a"))
        return PictureKind::gif;
    if (has(start, 0, "RIFF") && has(start, 8, "WEBP"))
        return PictureKind::webp;
    if (has(start, 0, std::string_view{"II*\0", 4}) || has(start, 0, std::string_view{"MM\0*", 4}))
        return PictureKind::tiff;
    if (has(start, 0, "BM") && start.size() >= 18 && little_endian(start, 14, 4) <= 124 &&
        little_endian(start, 14, 4) >= 12)
        return PictureKind::bmp;
    if (start.size() >= 3 && start[0] == 'P' && (is_space(start[2]) || start[2] == '#')) {
        if (start[1] == '5')
            return PictureKind::pgm;
        if (start[1] == '6')
            return PictureKind::ppm;
    }
    return std::nullopt;
}

std::optional<PictureSize> declared_size(PictureKind kind, Bytes file) noexcept {
    switch (kind) {
    case PictureKind::jpeg: return jpeg_size(file);
    case PictureKind::png:
        if (file.size() < 24 || !has(file, 12, "IHDR"))
            return std::nullopt;
        return PictureSize{big_endian(file, 16, 4), big_endian(file, 20, 4)};
    case PictureKind::gif:
        if (file.size() < 10)
            return std::nullopt;
        return PictureSize{little_endian(file, 6, 2), little_endian(file, 8, 2)};
    case PictureKind::webp: return webp_size(file);
    case PictureKind::bmp: return bmp_size(file);
    case PictureKind::pgm:
    case PictureKind::ppm: return netpbm_size(file);
    case PictureKind::tiff: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace vedette::media
