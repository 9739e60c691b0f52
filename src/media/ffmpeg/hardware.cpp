#include "ffmpeg/hardware.h"

#include <optional>

#include "vedette/media/decoder.h"

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace vedette::media {
namespace ffmpeg {
namespace {

constexpr const char* kV4l2 = "v4l2m2m"; // a decoder of its own rather than a device
constexpr const char* kQsv = "qsv";

std::vector<AVHWDeviceType> device_types() {
    std::vector<AVHWDeviceType> out;
    for (auto type = AV_HWDEVICE_TYPE_NONE;
         (type = av_hwdevice_iterate_types(type)) != AV_HWDEVICE_TYPE_NONE;)
        out.push_back(type);
    return out;
}

Result<BufferHandle> open_device(AVHWDeviceType type) {
    AVBufferRef* raw = nullptr;
    if (const int failed = av_hwdevice_ctx_create(&raw, type, nullptr, nullptr, 0); failed < 0)
        return Error{ErrorCode::unavailable, error_text(failed)};
    return BufferHandle{raw};
}

/// The picture format that this decoder gives on such a device; nothing if it can't use one.
std::optional<AVPixelFormat> format_on(const AVCodec& codec, AVHWDeviceType type) {
    for (int i = 0; const AVCodecHWConfig* config = avcodec_get_hw_config(&codec, i); ++i)
        if (config->device_type == type &&
            (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0)
            return config->pix_fmt;
    return std::nullopt;
}

const AVCodec* decoder_named(AVCodecID codec, const char* ending) {
    return avcodec_find_decoder_by_name(
        (std::string{avcodec_get_name(codec)} + "_" + ending).c_str());
}

void add_device(std::vector<DecoderChoice>& choices, AVCodecID id, AVHWDeviceType type) {
    const AVCodec* codec =
        type == AV_HWDEVICE_TYPE_QSV ? decoder_named(id, kQsv) : avcodec_find_decoder(id);
    if (codec == nullptr)
        return;
    const auto format = format_on(*codec, type);
    if (!format)
        return;
    if (auto device = open_device(type))
        choices.push_back({codec, av_hwdevice_get_type_name(type), *format, std::move(*device)});
}

void add_v4l2(std::vector<DecoderChoice>& choices, AVCodecID id) {
    if (const AVCodec* codec = decoder_named(id, kV4l2))
        choices.push_back({codec, kV4l2, AV_PIX_FMT_NONE, nullptr});
}

} // namespace

Result<DecoderChoice> software_decoder(AVCodecID codec) {
    DecoderChoice choice;
    choice.codec = avcodec_find_decoder(codec);
    if (choice.codec == nullptr)
        return Error{ErrorCode::invalid_argument, std::string{"no decoder for "} +
                                                      avcodec_get_name(codec) +
                                                      " in this machine's FFmpeg"};
    return choice;
}

Result<std::vector<DecoderChoice>> hardware_decoders(const std::string& hwaccel, AVCodecID codec) {
    std::vector<DecoderChoice> choices;
    if (hwaccel == "none")
        return choices;
    if (hwaccel == kV4l2) {
        add_v4l2(choices, codec);
        return choices;
    }
    if (hwaccel == "auto") {
        for (const auto type : device_types())
            add_device(choices, codec, type);
        return choices; // v4l2m2m only by name: its drivers vary too much to be a guess
    }
    const AVHWDeviceType type = av_hwdevice_find_type_by_name(hwaccel.c_str());
    if (type == AV_HWDEVICE_TYPE_NONE) {
        std::string known = "auto none v4l2m2m";
        for (const auto each : device_types())
            known += std::string{" "} + av_hwdevice_get_type_name(each);
        return Error{ErrorCode::invalid_argument,
                     "hwaccel '" + hwaccel + "' is unknown; known: " + known};
    }
    add_device(choices, codec, type);
    return choices;
}

} // namespace ffmpeg

std::vector<Accelerator> accelerators() {
    std::vector<Accelerator> out;
    for (const auto type : ffmpeg::device_types()) {
        const auto device = ffmpeg::open_device(type);
        out.push_back({av_hwdevice_get_type_name(type), device.has_value(),
                       device ? "opens" : device.error().message()});
    }
    return out;
}

std::vector<std::string> video_decoders() {
    std::vector<std::string> out;
    for (const char* name : {"h264", "hevc", "av1", "mjpeg", "vp8", "vp9", "mpeg4"}) {
        const AVCodecDescriptor* codec = avcodec_descriptor_get_by_name(name);
        if (codec != nullptr && avcodec_find_decoder(codec->id) != nullptr)
            out.emplace_back(name);
    }
    return out;
}

} // namespace vedette::media
