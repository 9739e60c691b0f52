#pragma once

#include <string>

#include "ffmpeg/stream_data.h"

namespace vedette::media::ffmpeg {

/// What codec parameters say, in libav's words; empty or 0 if they do not.
struct CodecDetails {
    std::string profile;
    std::string pixel_format;
    int sample_rate_hz = 0;
    int channels = 0;
};
[[nodiscard]] CodecDetails details_of(const StreamInfo::Parameters& parameters);

} // namespace vedette::media::ffmpeg
