#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ffmpeg/handles.h"

namespace vedette::media::ffmpeg {

using Bytes = std::span<const std::uint8_t>;

/// Of the length in front of every unit of H.264 or H.265; 0: start codes divide them.
[[nodiscard]] inline std::size_t length_bytes(AVCodecID codec, Bytes set_up) noexcept {
    const std::size_t at = codec == AV_CODEC_ID_H264 ? 4 : 21; // in avcC and hvcC
    const bool boxed = set_up.size() > at && set_up[0] == 1;
    return boxed ? (set_up[at] & 3U) + 1U : 0U;
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
    /// The bytes after the next start code.
    static Bytes after_start_code(Bytes rest) noexcept {
        for (std::size_t i = 0; i + 3 < rest.size(); ++i)
            if (rest[i] == 0 && rest[i + 1] == 0 && rest[i + 2] == 1)
                return rest.subspan(i + 3);
        return {};
    }

    Bytes rest_;
    std::size_t length_bytes_;
};

} // namespace vedette::media::ffmpeg
