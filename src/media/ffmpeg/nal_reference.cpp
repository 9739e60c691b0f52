#include "ffmpeg/nal_reference.h"

#include <algorithm>

namespace vedette::media::ffmpeg {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Of the length in front of every unit; 0: start codes divide them.
std::size_t length_bytes(AVCodecID codec, Bytes set_up) noexcept {
    const std::size_t at = codec == AV_CODEC_ID_H264 ? 4 : 21; // in avcC and hvcC
    const bool boxed = set_up.size() > at && set_up[0] == 1;
    return boxed ? (set_up[at] & 3U) + 1U : 0U;
}

/// The bytes after the next start code.
Bytes after_start_code(Bytes rest) noexcept {
    for (std::size_t i = 0; i + 3 < rest.size(); ++i)
        if (rest[i] == 0 && rest[i + 1] == 0 && rest[i + 2] == 1)
            return rest.subspan(i + 3);
    return {};
}

/// The units of a packet, from their headers on.
class Units {
public:
    Units(Bytes packet, std::size_t length_bytes) noexcept
        : rest_{packet}, length_bytes_{length_bytes} {}

    /// The next one (with start codes: and all that follows it); empty at the end.
    Bytes next() noexcept {
        if (length_bytes_ == 0)
            return rest_ = after_start_code(rest_);
        Bytes unit;
        while (unit.empty() && rest_.size() > length_bytes_) {
            std::size_t length = 0;
            for (std::size_t i = 0; i < length_bytes_; ++i)
                length = length << 8U | rest_[i];
            rest_ = rest_.subspan(length_bytes_);
            unit = rest_.first(std::min(length, rest_.size()));
            rest_ = rest_.subspan(unit.size());
        }
        return unit;
    }

private:
    Bytes rest_;
    std::size_t length_bytes_;
};

/// Nothing if the unit is no slice.
std::optional<bool> h264_reference(std::uint8_t header) noexcept {
    const unsigned type = header & 0x1FU;
    if (type == 0 || type > 5)
        return std::nullopt;
    return (header >> 5U & 3U) != 0;
}

std::optional<bool> h265_reference(std::uint8_t header) noexcept {
    constexpr unsigned kLastSlice = 31;
    constexpr unsigned kLastOfLayers = 14; // up to here the even types are not referred to
    const unsigned type = header >> 1U & 0x3FU;
    if (type > kLastSlice)
        return std::nullopt;
    return type > kLastOfLayers || type % 2 == 1;
}

} // namespace

std::optional<bool> is_reference(AVCodecID codec, Bytes set_up, Bytes packet) noexcept {
    if (codec != AV_CODEC_ID_H264 && codec != AV_CODEC_ID_HEVC)
        return std::nullopt;
    Units units{packet, length_bytes(codec, set_up)};
    for (Bytes unit = units.next(); !unit.empty(); unit = units.next()) {
        const auto known =
            codec == AV_CODEC_ID_H264 ? h264_reference(unit[0]) : h265_reference(unit[0]);
        if (known)
            return known;
    }
    return std::nullopt;
}

} // namespace vedette::media::ffmpeg
