#include "v4l2/formats.h"

#include <algorithm>
#include <array>
#include <linux/videodev2.h>

namespace vedette::media {
namespace {

constexpr AVPixelFormat kNone = AV_PIX_FMT_NONE;
constexpr AVCodecID kRaw = AV_CODEC_ID_RAWVIDEO;

/// Compressed ones first: only they fit through USB 2 at a useful size. JPEG before H.264, whose
/// key frames and times few cameras get right.
constexpr std::array kFormats{
    V4l2Format{V4L2_PIX_FMT_MJPEG, "mjpeg", AV_CODEC_ID_MJPEG, kNone, 1},
    V4l2Format{V4L2_PIX_FMT_JPEG, "mjpeg", AV_CODEC_ID_MJPEG, kNone, 1},
    V4l2Format{V4L2_PIX_FMT_H264, "h264", AV_CODEC_ID_H264, kNone, 2},
    V4l2Format{V4L2_PIX_FMT_HEVC, "hevc", AV_CODEC_ID_HEVC, kNone, 3},
    V4l2Format{V4L2_PIX_FMT_NV12, "nv12", kRaw, AV_PIX_FMT_NV12, 4},
    V4l2Format{V4L2_PIX_FMT_YUV420, "yuv420p", kRaw, AV_PIX_FMT_YUV420P, 4},
    V4l2Format{V4L2_PIX_FMT_YUYV, "yuyv422", kRaw, AV_PIX_FMT_YUYV422, 5},
    V4l2Format{V4L2_PIX_FMT_UYVY, "uyvy422", kRaw, AV_PIX_FMT_UYVY422, 5},
    V4l2Format{V4L2_PIX_FMT_RGB24, "rgb24", kRaw, AV_PIX_FMT_RGB24, 6},
    V4l2Format{V4L2_PIX_FMT_BGR24, "bgr24", kRaw, AV_PIX_FMT_BGR24, 6},
    V4l2Format{V4L2_PIX_FMT_GREY, "gray", kRaw, AV_PIX_FMT_GRAY8, 7},
};

template <class Fits>
std::optional<V4l2Format> first(Fits fits) {
    const auto found = std::find_if(kFormats.begin(), kFormats.end(), fits);
    return found == kFormats.end() ? std::nullopt : std::optional{*found};
}

} // namespace

std::optional<V4l2Format> format_by_code(std::uint32_t code) {
    return first([&](const V4l2Format& one) { return one.code == code; });
}

std::optional<V4l2Format> format_by_name(std::string_view name) {
    return first([&](const V4l2Format& one) { return one.name == name; });
}

std::string format_names() {
    std::string out;
    for (const V4l2Format& one : kFormats)
        if (one.code != V4L2_PIX_FMT_JPEG)
            (out += out.empty() ? "" : " ") += one.name;
    return out;
}

std::string letters_of(std::uint32_t code) {
    std::string out;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const char c = static_cast<char>((code >> shift) & 0x7FU);
        out += c >= ' ' && c <= '~' ? c : '?';
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

} // namespace vedette::media
