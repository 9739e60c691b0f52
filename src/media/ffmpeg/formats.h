#pragma once

#include "vedette/imaging/image_view.h"

extern "C" {
#include <libavutil/pixfmt.h>
}

namespace vedette::media::ffmpeg {

/// What libav calls these.
[[nodiscard]] AVPixelFormat libav_format(imaging::PixelFormat format) noexcept;
[[nodiscard]] AVColorSpace libav_space(imaging::ColorMatrix matrix) noexcept;
/// For sws_getCoefficients().
[[nodiscard]] int sws_matrix(imaging::ColorMatrix matrix) noexcept;

} // namespace vedette::media::ffmpeg
