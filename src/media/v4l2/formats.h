#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

extern "C" {
#include <libavcodec/codec_id.h>
#include <libavutil/pixfmt.h>
}

namespace vedette::media {

/// How a format of Video4Linux is called here and decoded.
struct V4l2Format {
    std::uint32_t code; ///< V4L2_PIX_FMT_…
    std::string_view name;
    AVCodecID codec;
    AVPixelFormat pixels; ///< of pictures that are not compressed
    int rank;             ///< lower is chosen first
};

[[nodiscard]] std::optional<V4l2Format> format_by_code(std::uint32_t code);
[[nodiscard]] std::optional<V4l2Format> format_by_name(std::string_view name);
/// "mjpeg h264 …", for messages.
[[nodiscard]] std::string format_names();
/// The four letters of a code.
[[nodiscard]] std::string letters_of(std::uint32_t code);

} // namespace vedette::media
