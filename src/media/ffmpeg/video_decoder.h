#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ffmpeg/hardware.h"
#include "vedette/media/decoder.h"

namespace vedette::media::ffmpeg {

/// What hardware there is for a codec, best first: hardware_decoders(), or a test's own.
using HardwareFinder =
    std::function<Result<std::vector<DecoderChoice>>(const std::string& hwaccel, AVCodecID codec)>;

/// Decoder::open() with hardware of the caller's choice.
Result<std::unique_ptr<Decoder>> open_decoder(const StreamInfo& stream,
                                              const DecoderOptions& options, Log& log,
                                              HardwareFinder find_hardware);

} // namespace vedette::media::ffmpeg
