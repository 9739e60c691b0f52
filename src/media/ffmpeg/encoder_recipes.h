#pragma once

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "ffmpeg/handles.h"
#include "vedette/media/encoder.h"

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace vedette::media::ffmpeg {

/// How one encoder of libavcodec is made to do what EncoderOptions says.
struct EncoderRecipe {
    /// By what the quality is said.
    enum class Scale {
        option = 1,     ///< an option of its own, named in `scale_option`
        global_quality, ///< of the context
        bit_rate,       ///< it knows no quality: bits for each pixel
    };
    const char* name = nullptr;
    VideoCodec codec = VideoCodec::h264;
    bool hardware = false;
    bool only_by_name = false;
    AVHWDeviceType device = AV_HWDEVICE_TYPE_NONE; ///< pictures are uploaded to
    Scale scale = Scale::option;
    const char* scale_option = "crf";
    std::array<int, 4> quality{}; ///< low .. best
    std::array<std::pair<const char*, const char*>, 4> settings{};
};

/// All that are known here, for each codec the best first.
[[nodiscard]] std::span<const EncoderRecipe> encoder_recipes();

/// Rate control of a context that is not open yet, and the options to open it with.
void follow(const EncoderRecipe& recipe, const EncoderOptions& options, AVCodecContext& codec,
            Dictionary& settings);

} // namespace vedette::media::ffmpeg
