#pragma once

#include <string>
#include <vector>

#include "ffmpeg/handles.h"
#include "vedette/base/result.h"

namespace vedette::media::ffmpeg {

/// How a codec is decoded: in software when `format` is none.
struct DecoderChoice {
    const AVCodec* codec = nullptr;
    std::string name = "software";          ///< or vaapi, cuda, …
    AVPixelFormat format = AV_PIX_FMT_NONE; ///< what the hardware gives
    BufferHandle device;                    ///< null for software and for v4l2m2m

    [[nodiscard]] bool is_software() const noexcept { return name == "software"; }
};

/// \return invalid_argument if this machine's libavcodec has no decoder for the codec
[[nodiscard]] Result<DecoderChoice> software_decoder(AVCodecID codec);

/// What `hwaccel` (DecoderOptions) comes down to here, best first; `auto` may give none.
/// \return invalid_argument for a word that libavcodec doesn't know
[[nodiscard]] Result<std::vector<DecoderChoice>> hardware_decoders(const std::string& hwaccel,
                                                                   AVCodecID codec);

} // namespace vedette::media::ffmpeg
