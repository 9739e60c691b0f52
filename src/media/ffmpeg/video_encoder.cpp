#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "ffmpeg/encoder_recipes.h"
#include "ffmpeg/formats.h"
#include "ffmpeg/handles.h"
#include "ffmpeg/stream_data.h"
#include "vedette/base/assert.h"
#include "vedette/media/encoder.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
}

namespace vedette::media {
namespace {

using namespace ffmpeg; // NOLINT(google-build-using-namespace): our own, in one file

constexpr int kSurfaces = 8; ///< of hardware, in use at once

/// What the encoder takes from memory: I420, else NV12.
AVPixelFormat format_for(const AVCodec& codec) {
    if (codec.pix_fmts == nullptr)
        return AV_PIX_FMT_YUV420P;
    AVPixelFormat found = AV_PIX_FMT_NONE;
    for (const AVPixelFormat* format = codec.pix_fmts; *format != AV_PIX_FMT_NONE; ++format) {
        if (*format == AV_PIX_FMT_YUV420P)
            return *format;
        if (*format == AV_PIX_FMT_NV12)
            found = *format;
    }
    return found;
}

Error failure(const std::string& encoder, const char* doing, int libav) {
    return {ErrorCode::unavailable, encoder + ": " + doing + ": " + error_text(libav)};
}

class VideoEncoder final : public Encoder {
public:
    VideoEncoder(const EncoderRecipe& recipe, const EncoderOptions& options)
        : recipe_{recipe}, options_{options}, name_{recipe.name}, picture_{av_frame_alloc()},
          packet_{av_packet_alloc()} {
        VEDETTE_ASSERT(picture_ && packet_);
    }

    Status start();
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    Status send(const imaging::ImageView& picture, StreamTime at, bool key) override;
    Status finish() override;
    [[nodiscard]] Result<std::optional<Packet>> receive() override;

private:
    Status use_device();
    Status describe();
    Status fill(const imaging::ImageView& picture);
    [[nodiscard]] bool fits(const imaging::ImageView& picture) const;
    Result<FrameHandle> uploaded() const;

    const EncoderRecipe& recipe_;
    const EncoderOptions options_;
    const std::string name_;
    AVPixelFormat format_ = AV_PIX_FMT_NONE; ///< of what is in memory
    BufferHandle device_;
    CodecContext codec_;
    FrameHandle picture_;
    PacketHandle packet_;
    ScalerHandle scaler_;
    StreamInfo info_;
    std::optional<std::int64_t> last_pts_;
};

Status VideoEncoder::start() {
    const AVCodec* codec = avcodec_find_encoder_by_name(recipe_.name);
    if (codec == nullptr)
        return Error{ErrorCode::unavailable, name_ + ": this machine's FFmpeg does not have it"};
    codec_.reset(avcodec_alloc_context3(codec));
    VEDETTE_ASSERT(codec_);
    format_ = recipe_.device == AV_HWDEVICE_TYPE_NONE ? format_for(*codec) : AV_PIX_FMT_NV12;
    if (format_ == AV_PIX_FMT_NONE)
        return Error{ErrorCode::unavailable, name_ + ": it takes no 8 bit 4:2:0 pictures"};
    codec_->width = options_.width_px;
    codec_->height = options_.height_px;
    codec_->pix_fmt = format_;
    codec_->colorspace = libav_space(options_.matrix);
    codec_->color_range =
        options_.range == imaging::ColorRange::full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec_->framerate = av_d2q(options_.frame_rate, 100'000);
    codec_->time_base = kMicroseconds;
    codec_->gop_size =
        std::max(1, static_cast<int>(options_.frame_rate *
                                     std::chrono::duration<double>(options_.key_interval).count()));
    codec_->max_b_frames = 0; // decoding order is display order
    codec_->thread_count = options_.threads;
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (recipe_.device != AV_HWDEVICE_TYPE_NONE)
        VEDETTE_CHECK_OK(use_device());
    Dictionary settings;
    follow(recipe_, options_, *codec_, settings);
    if (const int failed = avcodec_open2(codec_.get(), codec, settings.get()); failed < 0)
        return failure(name_, "open", failed);
    return describe();
}

Status VideoEncoder::use_device() {
    AVBufferRef* raw = nullptr;
    if (const int failed = av_hwdevice_ctx_create(&raw, recipe_.device, nullptr, nullptr, 0);
        failed < 0)
        return failure(name_, "open the accelerator", failed);
    device_.reset(raw);
    BufferHandle surfaces{av_hwframe_ctx_alloc(device_.get())};
    VEDETTE_ASSERT(surfaces);
    auto& how = *reinterpret_cast<AVHWFramesContext*>(surfaces->data);
    how.format = AV_PIX_FMT_VAAPI;
    how.sw_format = format_;
    how.width = options_.width_px;
    how.height = options_.height_px;
    how.initial_pool_size = kSurfaces;
    if (const int failed = av_hwframe_ctx_init(surfaces.get()); failed < 0)
        return failure(name_, "make surfaces", failed);
    codec_->pix_fmt = AV_PIX_FMT_VAAPI;
    codec_->hw_frames_ctx = surfaces.release();
    return {};
}

/// What a recording needs to know before the first packet.
Status VideoEncoder::describe() {
    if (codec_->extradata == nullptr || codec_->extradata_size <= 0)
        return Error{ErrorCode::unavailable,
                     name_ + ": it does not say its set-up before the first picture"};
    auto parameters = std::make_shared<StreamInfo::Parameters>();
    parameters->codec.reset(avcodec_parameters_alloc());
    VEDETTE_ASSERT(parameters->codec);
    avcodec_parameters_from_context(parameters->codec.get(), codec_.get());
    parameters->codec->bit_rate = 0; // it varies, and is no part of the set-up
    parameters->codec->format = format_;
    parameters->frame_rate = codec_->framerate;
    info_.codec = avcodec_get_name(codec_->codec_id);
    info_.width_px = options_.width_px;
    info_.height_px = options_.height_px;
    info_.frame_rate = options_.frame_rate;
    info_.live = true;
    info_.parameters = std::move(parameters);
    const auto& before = options_.before;
    if (!before)
        return {};
    const AVCodecParameters& now = *info_.parameters->codec;
    const AVCodecParameters& was = *before->codec;
    if (was.codec_id == now.codec_id && was.width == now.width && was.height == now.height &&
        was.extradata_size == now.extradata_size &&
        std::memcmp(was.extradata, now.extradata, static_cast<std::size_t>(now.extradata_size)) ==
            0)
        info_.parameters = before;
    return {};
}

bool VideoEncoder::fits(const imaging::ImageView& picture) const {
    return libav_format(picture.format) == format_ && picture.width_px == options_.width_px &&
           picture.height_px == options_.height_px && picture.range == options_.range;
}

Status VideoEncoder::fill(const imaging::ImageView& picture) {
    av_frame_unref(picture_.get()); // an encoder may still read the one before
    picture_->format = format_;
    picture_->width = options_.width_px;
    picture_->height = options_.height_px;
    picture_->colorspace = codec_->colorspace;
    picture_->color_range = codec_->color_range;
    if (const int failed = av_frame_get_buffer(picture_.get(), 0); failed < 0)
        return Error{ErrorCode::resource_exhausted, name_ + ": memory for a picture"};
    std::array<const std::uint8_t*, 4> planes{};
    std::array<int, 4> strides{};
    for (std::size_t i = 0; i < static_cast<std::size_t>(imaging::plane_count(picture.format));
         ++i) {
        planes[i] = picture.planes[i].data;
        strides[i] = static_cast<int>(picture.planes[i].stride_bytes);
    }
    if (fits(picture)) {
        av_image_copy(picture_->data, picture_->linesize, planes.data(), strides.data(), format_,
                      options_.width_px, options_.height_px);
        return {};
    }
    scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width_px, picture.height_px,
                                       libav_format(picture.format), options_.width_px,
                                       options_.height_px, format_, SWS_AREA | SWS_ACCURATE_RND,
                                       nullptr, nullptr, nullptr));
    if (!scaler_)
        return Error{ErrorCode::internal, name_ + ": a picture cannot be converted"};
    const bool rgb = imaging::plane_count(picture.format) == 1;
    const int full_before = rgb || picture.range == imaging::ColorRange::full ? 1 : 0;
    const int full_after = options_.range == imaging::ColorRange::full ? 1 : 0;
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(sws_matrix(picture.matrix)),
                             full_before, sws_getCoefficients(sws_matrix(options_.matrix)),
                             full_after, 0, 1 << 16, 1 << 16);
    sws_scale(scaler_.get(), planes.data(), strides.data(), 0, picture.height_px, picture_->data,
              picture_->linesize);
    return {};
}

Result<FrameHandle> VideoEncoder::uploaded() const {
    FrameHandle surface{av_frame_alloc()};
    VEDETTE_ASSERT(surface);
    int failed = av_hwframe_get_buffer(codec_->hw_frames_ctx, surface.get(), 0);
    if (failed >= 0)
        failed = av_hwframe_transfer_data(surface.get(), picture_.get(), 0);
    if (failed >= 0)
        failed = av_frame_copy_props(surface.get(), picture_.get());
    if (failed < 0)
        return failure(name_, "give it a picture", failed);
    return surface;
}

Status VideoEncoder::send(const imaging::ImageView& picture, StreamTime at, bool key) {
    VEDETTE_CHECK_OK(fill(picture));
    const std::int64_t pts =
        std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
    picture_->pts = last_pts_ ? std::max(pts, *last_pts_ + 1) : pts;
    picture_->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    last_pts_ = picture_->pts;
    FrameHandle surface;
    if (device_) {
        VEDETTE_TRY(surface, uploaded());
    }
    const int failed = avcodec_send_frame(codec_.get(), surface ? surface.get() : picture_.get());
    return failed < 0 ? Status{failure(name_, "encode a picture", failed)} : Status{};
}

Status VideoEncoder::finish() {
    const int failed = avcodec_send_frame(codec_.get(), nullptr);
    return failed < 0 && failed != AVERROR_EOF ? Status{failure(name_, "finish", failed)}
                                               : Status{};
}

Result<std::optional<Packet>> VideoEncoder::receive() {
    const int got = avcodec_receive_packet(codec_.get(), packet_.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
        return std::optional<Packet>{};
    if (got < 0)
        return failure(name_, "encode a picture", got);
    auto data = std::make_shared<Packet::Data>();
    data->packet.reset(av_packet_alloc());
    VEDETTE_ASSERT(data->packet);
    av_packet_move_ref(data->packet.get(), packet_.get());
    av_packet_rescale_ts(data->packet.get(), codec_->time_base, kMicroseconds);
    data->packet->dts = data->packet->pts; // no picture is built on a later one
    data->at = StreamTime{std::chrono::microseconds{data->packet->pts}};
    data->parameters = info_.parameters;
    return std::optional{Packet{std::move(data)}};
}

Status check(const EncoderOptions& options) {
    if (options.width_px < 16 || options.height_px < 16 || options.width_px % 2 != 0 ||
        options.height_px % 2 != 0)
        return Error{ErrorCode::invalid_argument,
                     "encode: a size must be even and 16 pixels or more, not " +
                         std::to_string(options.width_px) + "x" +
                         std::to_string(options.height_px)};
    if (!(options.frame_rate >= 0.1 && options.frame_rate <= 1000))
        return Error{ErrorCode::invalid_argument,
                     "encode: a frame rate must be between 0.1 and 1000"};
    return {};
}

class LibavEncoders final : public EncoderBackend {
public:
    [[nodiscard]] std::vector<EncoderKind> kinds() const override {
        std::vector<EncoderKind> out;
        for (const EncoderRecipe& recipe : encoder_recipes())
            if (avcodec_find_encoder_by_name(recipe.name) != nullptr)
                out.push_back({recipe.name, recipe.codec, recipe.hardware, recipe.only_by_name});
        return out;
    }

    [[nodiscard]] Result<std::unique_ptr<Encoder>> open(const EncoderKind& kind,
                                                        const EncoderOptions& options) override {
        VEDETTE_CHECK_OK(check(options));
        for (const EncoderRecipe& recipe : encoder_recipes()) {
            if (kind.name != recipe.name)
                continue;
            auto encoder = std::make_unique<VideoEncoder>(recipe, options);
            VEDETTE_CHECK_OK(encoder->start());
            return std::unique_ptr<Encoder>{std::move(encoder)};
        }
        return Error{ErrorCode::invalid_argument, "there is no encoder '" + kind.name + "'"};
    }
};

} // namespace

std::unique_ptr<EncoderBackend> libav_encoders() { return std::make_unique<LibavEncoders>(); }

} // namespace vedette::media
