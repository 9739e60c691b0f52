#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/buffer.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <cstdint>
#include <memory>
#include <string>

/// libav's objects as owners. Nothing else in this module frees one.
namespace vedette::media::ffmpeg {

/// Calls a libav function of the form free(T**) or free(T*).
template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const noexcept {
        if constexpr (requires { Free(&object); })
            Free(&object);
        else
            Free(object);
    }
};

using CodecContext = std::unique_ptr<AVCodecContext, Deleter<avcodec_free_context>>;
using CodecParameters = std::unique_ptr<AVCodecParameters, Deleter<avcodec_parameters_free>>;
using FrameHandle = std::unique_ptr<AVFrame, Deleter<av_frame_free>>;
using PacketHandle = std::unique_ptr<AVPacket, Deleter<av_packet_free>>;
using BufferHandle = std::unique_ptr<AVBufferRef, Deleter<av_buffer_unref>>;
using InputHandle = std::unique_ptr<AVFormatContext, Deleter<avformat_close_input>>;
using ScalerHandle = std::unique_ptr<SwsContext, Deleter<sws_freeContext>>;

/// Named settings for libav's open functions, which take away what they know.
class Dictionary {
public:
    Dictionary() = default;
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;
    ~Dictionary() { av_dict_free(&entries_); }

    void set(const char* key, const std::string& value) {
        av_dict_set(&entries_, key, value.c_str(), 0);
    }
    void set(const char* key, std::int64_t value) { av_dict_set_int(&entries_, key, value, 0); }
    [[nodiscard]] AVDictionary** get() noexcept { return &entries_; }

private:
    AVDictionary* entries_ = nullptr;
};

/// What libav says about an AVERROR value.
[[nodiscard]] inline std::string error_text(int error) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(error, text.data(), text.size());
    return text.data();
}

/// A limit for codecs, which count whole macroblocks: 1080 lines are 1088 to them.
[[nodiscard]] constexpr std::int64_t with_coding_margin(std::int64_t max_pixels) noexcept {
    return max_pixels + max_pixels / 4 + 65'536;
}

/// What all packets and frames are counted in here.
inline constexpr AVRational kMicroseconds{1, 1'000'000};

} // namespace vedette::media::ffmpeg
