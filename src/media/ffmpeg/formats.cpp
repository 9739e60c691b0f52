#include "ffmpeg/formats.h"

extern "C" {
#include <libswscale/swscale.h>
}

namespace vedette::media::ffmpeg {

AVPixelFormat libav_format(imaging::PixelFormat format) noexcept {
    switch (format) { // no default: a new format must be named here
    case imaging::PixelFormat::gray8: return AV_PIX_FMT_GRAY8;
    case imaging::PixelFormat::bgr24: return AV_PIX_FMT_BGR24;
    case imaging::PixelFormat::rgb24: return AV_PIX_FMT_RGB24;
    case imaging::PixelFormat::i420: return AV_PIX_FMT_YUV420P;
    case imaging::PixelFormat::nv12: return AV_PIX_FMT_NV12;
    }
    return AV_PIX_FMT_NONE;
}

AVColorSpace libav_space(imaging::ColorMatrix matrix) noexcept {
    switch (matrix) { // no default: a new matrix must be named here
    case imaging::ColorMatrix::bt601: return AVCOL_SPC_SMPTE170M;
    case imaging::ColorMatrix::bt709: return AVCOL_SPC_BT709;
    case imaging::ColorMatrix::bt2020: return AVCOL_SPC_BT2020_NCL;
    }
    return AVCOL_SPC_UNSPECIFIED;
}

int sws_matrix(imaging::ColorMatrix matrix) noexcept {
    switch (matrix) { // no default: a new matrix must be named here
    case imaging::ColorMatrix::bt601: return SWS_CS_ITU601;
    case imaging::ColorMatrix::bt709: return SWS_CS_ITU709;
    case imaging::ColorMatrix::bt2020: return SWS_CS_BT2020;
    }
    return SWS_CS_ITU601;
}

} // namespace vedette::media::ffmpeg
