#include "vedette/media/video_writer.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

#include "ffmpeg/formats.h"
#include "ffmpeg/handles.h"
#include "vedette/base/assert.h"
#include "vedette/imaging/transform.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vedette::media {
namespace {

using namespace ffmpeg; // NOLINT(google-build-using-namespace): our own, in one file

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> kEncoders{"libx264", "libopenh264", "mpeg4"};
constexpr double kSecondsPerFragment = 2; // what a kill may cost at most

Error write_error(int error, const fs::path& path, const char* doing) {
    const std::string what = std::string{doing} + " '" + path.string() + "': " + error_text(error);
    switch (error) {
    case AVERROR(ENOSPC):
    case AVERROR(EDQUOT):
    case AVERROR(EFBIG):
        return {ErrorCode::resource_exhausted, what + "; free some space or choose another folder"};
    case AVERROR(EACCES):
    case AVERROR(EPERM):
    case AVERROR(EROFS):
        return {ErrorCode::permission_denied, what + "; choose a folder that may be written to"};
    default: return {ErrorCode::unavailable, what};
    }
}

void close_output(AVFormatContext* output) {
    avio_closep(&output->pb);
    avformat_free_context(output);
}
using OutputHandle = std::unique_ptr<AVFormatContext, Deleter<close_output>>;

void set_picture(AVCodecContext& encoder, const VideoWriterOptions& options) {
    encoder.width = options.width_px;
    encoder.height = options.height_px;
    encoder.pix_fmt = AV_PIX_FMT_YUV420P;
    encoder.colorspace = AVCOL_SPC_BT709;
    encoder.color_primaries = AVCOL_PRI_BT709;
    encoder.color_trc = AVCOL_TRC_BT709;
    encoder.color_range = AVCOL_RANGE_MPEG;
}

Result<CodecContext> open_encoder(const char* name, const VideoWriterOptions& options) {
    const AVCodec* codec = avcodec_find_encoder_by_name(name);
    if (codec == nullptr)
        return Error{ErrorCode::not_found, "no such encoder"};
    CodecContext encoder{avcodec_alloc_context3(codec)};
    VEDETTE_ASSERT(encoder);
    set_picture(*encoder, options);
    encoder->framerate = av_d2q(options.frame_rate, 100'000);
    // MPEG-4 cannot count finer than 1/65535 s; the others keep our microseconds as they are.
    encoder->time_base = codec->id == AV_CODEC_ID_MPEG4 ? AVRational{1, 60'000} : kMicroseconds;
    encoder->gop_size = std::max(1, static_cast<int>(options.frame_rate * kSecondsPerFragment));
    encoder->max_b_frames = 0; // decoding order is display order: fragments need no edit list
    encoder->thread_count = options.threads;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    Dictionary settings;
    settings.set("crf", std::clamp(options.quality, 0, 51));
    settings.set("preset", "veryfast");
    if (codec->id == AV_CODEC_ID_MPEG4) { // has no rate factor, but a quantiser of 1..31
        encoder->flags |= AV_CODEC_FLAG_QSCALE;
        encoder->global_quality = FF_QP2LAMBDA * std::clamp(options.quality * 31 / 51, 1, 31);
    }
    if (const int failed = avcodec_open2(encoder.get(), codec, settings.get()); failed < 0)
        return Error{ErrorCode::unavailable, error_text(failed)};
    return encoder;
}

Result<CodecContext> open_any_encoder(const VideoWriterOptions& options) {
    std::string tried;
    for (const char* name : kEncoders) {
        auto encoder = open_encoder(name, options);
        if (encoder)
            return encoder;
        tried += (tried.empty() ? "" : ", ") + std::string{name} + " (" +
                 encoder.error().message() + ")";
    }
    return Error{ErrorCode::unavailable,
                 "no video encoder works here: " + tried + "; install FFmpeg with libx264"};
}

class Mp4Writer final : public VideoWriter {
public:
    Mp4Writer(fs::path path, CodecContext encoder, OutputHandle output, AVStream* stream)
        : path_{std::move(path)}, encoder_{std::move(encoder)}, output_{std::move(output)},
          stream_{stream}, picture_{av_frame_alloc()}, packet_{av_packet_alloc()} {
        VEDETTE_ASSERT(picture_ && packet_);
        picture_->format = encoder_->pix_fmt;
        picture_->width = encoder_->width;
        picture_->height = encoder_->height;
        picture_->colorspace = encoder_->colorspace;
        picture_->color_range = encoder_->color_range;
    }
    Mp4Writer(const Mp4Writer&) = delete;
    Mp4Writer& operator=(const Mp4Writer&) = delete;

    [[nodiscard]] std::string codec() const override {
        return avcodec_get_name(encoder_->codec_id);
    }
    Status write(const imaging::ImageView& picture, StreamTime at) override;
    Status finish() override;

private:
    Status fill(const imaging::ImageView& picture);
    Status encode(const AVFrame* picture);

    fs::path path_;
    CodecContext encoder_;
    OutputHandle output_;
    AVStream* stream_; // owned by output_
    FrameHandle picture_;
    PacketHandle packet_;
    ScalerHandle scaler_;
    std::optional<std::int64_t> last_pts_;
    bool finished_ = false;
};

Status Mp4Writer::fill(const imaging::ImageView& picture) {
    // With its own colour matrix; and libswscale reads beyond the end of what it is given.
    const imaging::Image pixels = imaging::crop_bgr(picture, {});
    scaler_.reset(sws_getCachedContext(
        scaler_.release(), picture.width_px, picture.height_px, AV_PIX_FMT_BGR24, encoder_->width,
        encoder_->height, encoder_->pix_fmt, SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP,
        nullptr, nullptr, nullptr));
    if (!scaler_)
        return Error{ErrorCode::internal, "convert a picture for '" + path_.string() + "'"};
    const int* matrix = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler_.get(), matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
    if (picture_->buf[0] == nullptr)
        av_frame_get_buffer(picture_.get(), 0);
    if (const int failed = av_frame_make_writable(picture_.get()); failed < 0)
        return Error{ErrorCode::resource_exhausted,
                     "memory for a picture of '" + path_.string() + "'"};
    const std::array<const std::uint8_t*, 1> planes{pixels.row(0)};
    const std::array<int, 1> strides{static_cast<int>(pixels.stride_bytes())};
    sws_scale(scaler_.get(), planes.data(), strides.data(), 0, picture.height_px, picture_->data,
              picture_->linesize);
    return {};
}

Status Mp4Writer::write(const imaging::ImageView& picture, StreamTime at) {
    VEDETTE_ASSERT(!finished_ && picture.width_px == encoder_->width &&
                   picture.height_px == encoder_->height);
    VEDETTE_CHECK_OK(fill(picture));
    const auto since_start =
        std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
    const std::int64_t pts = av_rescale_q(since_start, kMicroseconds, encoder_->time_base);
    picture_->pts = last_pts_ ? std::max(pts, *last_pts_ + 1) : pts;
    picture_->pict_type = AV_PICTURE_TYPE_NONE;
    last_pts_ = picture_->pts;
    return encode(picture_.get());
}

Status Mp4Writer::encode(const AVFrame* picture) {
    if (const int failed = avcodec_send_frame(encoder_.get(), picture); failed < 0)
        return write_error(failed, path_, "encode a picture for");
    for (;;) {
        const int got = avcodec_receive_packet(encoder_.get(), packet_.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
            return {};
        if (got < 0)
            return write_error(got, path_, "encode a picture for");
        av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
        packet_->stream_index = stream_->index;
        int failed = av_interleaved_write_frame(output_.get(), packet_.get());
        if (failed >= 0)
            failed = output_->pb->error; // the muxer does not look when it flushes a fragment
        if (failed < 0)
            return write_error(failed, path_, "write");
    }
}

Status Mp4Writer::finish() {
    if (finished_)
        return {};
    finished_ = true;
    VEDETTE_CHECK_OK(encode(nullptr));
    int failed = av_write_trailer(output_.get());
    avio_flush(output_->pb);
    if (failed >= 0)
        failed = output_->pb->error;
    const int closed = avio_closep(&output_->pb);
    if (failed >= 0)
        failed = closed;
    if (failed < 0)
        return write_error(failed, path_, "finish");
    return {};
}

Status check(const VideoWriterOptions& options) {
    const bool even = options.width_px > 0 && options.height_px > 0 && options.width_px % 2 == 0 &&
                      options.height_px % 2 == 0;
    if (!even)
        return Error{ErrorCode::invalid_argument, "a video needs an even width and height, not " +
                                                      std::to_string(options.width_px) + "x" +
                                                      std::to_string(options.height_px)};
    if (!(options.frame_rate > 0 && options.frame_rate <= 1000))
        return Error{ErrorCode::invalid_argument,
                     "a video needs a frame rate between 0 and 1000 per second"};
    return {};
}

Result<OutputHandle> open_output(const fs::path& path) {
    AVFormatContext* raw = nullptr;
    avformat_alloc_output_context2(&raw, nullptr, "mp4", nullptr);
    VEDETTE_ASSERT(raw != nullptr); // libavformat without MP4 does not exist
    OutputHandle output{raw};
    if (const int failed =
            avio_open(&output->pb, ("file:" + path.string()).c_str(), AVIO_FLAG_WRITE);
        failed < 0)
        return write_error(failed, path, "open");
    output->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    return output;
}

} // namespace

Result<std::unique_ptr<VideoWriter>> VideoWriter::open(const fs::path& path,
                                                       const VideoWriterOptions& options) {
    VEDETTE_CHECK_OK(check(options));
    VEDETTE_TRY(CodecContext encoder, open_any_encoder(options));
    VEDETTE_TRY(OutputHandle output, open_output(path));
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    VEDETTE_ASSERT(stream != nullptr);
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = encoder->framerate;
    avcodec_parameters_from_context(stream->codecpar, encoder.get());
    Dictionary settings;
    settings.set("movflags", "frag_keyframe+empty_moov+default_base_moof");
    int failed = avformat_write_header(output.get(), settings.get());
    if (failed >= 0)
        failed = output->pb->error;
    if (failed < 0)
        return write_error(failed, path, "write");
    return std::make_unique<Mp4Writer>(path, std::move(encoder), std::move(output), stream);
}

} // namespace vedette::media
