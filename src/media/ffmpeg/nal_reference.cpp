#include "ffmpeg/nal_reference.h"

#include "ffmpeg/nal_units.h"

namespace vedette::media::ffmpeg {
namespace {

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
