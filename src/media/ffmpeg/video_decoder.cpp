#include <algorithm>
#include <cerrno>
#include <deque>
#include <string>

#include "ffmpeg/frame_buffers.h"
#include "ffmpeg/frame_maker.h"
#include "ffmpeg/stream_data.h"
#include "ffmpeg/video_decoder.h"
#include "vedette/base/assert.h"

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace vedette::media {
namespace {

using namespace ffmpeg; // NOLINT(google-build-using-namespace): our own, in one file
using ParametersPtr = std::shared_ptr<const StreamInfo::Parameters>;

// What a codec may need beyond what readers hold: 16 references, one being decoded, one shown.
constexpr std::size_t kCodecReserve = 18;
// Packets kept until hardware has proved itself; one that gives no picture for so long never will.
constexpr std::size_t kMostReplayed = 64;
constexpr int kMostDamagedInARow = 30; // more are the hardware's fault, not the network's
constexpr std::chrono::milliseconds kLeastStep{1};

class VideoDecoder final : public Decoder {
public:
    VideoDecoder(const StreamInfo& stream, const DecoderOptions& options, Log& log,
                 HardwareFinder find_hardware)
        : options_{options}, log_{log},
          find_hardware_{std::move(find_hardware)}, live_{stream.live},
          started_at_{stream.started_at}, max_frames_{std::max<std::size_t>(options.max_frames, 2)},
          codec_buffers_{max_frames_ + kCodecReserve +
                         static_cast<std::size_t>(std::max(options.threads, 0))},
          maker_{max_frames_ + 2, options.mask} {}

    Status start(const ParametersPtr& parameters);

    using Decoder::send;
    Status send(const Packet& packet, Wanted wanted) override;
    Status finish() override;
    [[nodiscard]] Result<std::optional<imaging::FramePtr>> receive() override;
    Status restart() override;
    void release_memory() override;
    [[nodiscard]] const DecoderStats& stats() const override { return stats_; }

private:
    Status open(DecoderChoice choice);
    Status open_best();
    Status to_software(const std::string& why);
    void decode(const Packet& packet);
    bool submit(const AVPacket* packet);
    bool collect();
    bool accept(FrameHandle frame);
    void blame(int error);
    Result<FrameHandle> downloaded(const AVFrame& hardware);
    [[nodiscard]] bool has_room() const;
    void publish(imaging::Frame& frame, std::int64_t pts);
    void note_memory();
    void remember(const Packet& packet);
    static AVPixelFormat choose_format(AVCodecContext* codec, const AVPixelFormat* offered);

    DecoderOptions options_;
    Log& log_;
    HardwareFinder find_hardware_;
    bool live_; // pictures are dropped rather than packets refused
    WallTime started_at_;
    std::size_t max_frames_;
    FrameBuffers codec_buffers_; // outlives codec_
    FrameMaker maker_;
    ParametersPtr parameters_;
    bool software_for_good_ = false;
    bool hardware_failed_ = false;
    AVPixelFormat hardware_format_ = AV_PIX_FMT_NONE;
    bool in_hardware_ = false;
    bool proved_ = false; // the decoder in use has given a picture
    int damaged_in_a_row_ = 0;
    CodecContext codec_;
    std::deque<Packet> unproved_; // sent to hardware that has not given a picture yet
    std::deque<FrameHandle> decoded_;
    std::optional<StreamTime> last_at_;
    std::uint64_t sequence_ = 0;
    int last_width_ = 0;
    int last_height_ = 0;
    DecoderStats stats_;
};

AVPixelFormat VideoDecoder::choose_format(AVCodecContext* codec, const AVPixelFormat* offered) {
    // get_format has no argument of ours besides opaque, which the buffers need: the wish travels
    // in hw_device_ctx.
    for (const AVPixelFormat* format = offered; *format != AV_PIX_FMT_NONE; ++format)
        for (int i = 0; const AVCodecHWConfig* config = avcodec_get_hw_config(codec->codec, i);
             ++i) {
            const auto* device =
                codec->hw_device_ctx == nullptr
                    ? nullptr
                    : reinterpret_cast<const AVHWDeviceContext*>(codec->hw_device_ctx->data);
            if (device != nullptr && config->pix_fmt == *format &&
                config->device_type == device->type)
                return *format;
        }
    return avcodec_default_get_format(codec, offered);
}

Status VideoDecoder::open(DecoderChoice choice) {
    CodecContext codec{avcodec_alloc_context3(choice.codec)};
    VEDETTE_ASSERT(codec);
    avcodec_parameters_to_context(codec.get(), parameters_->codec.get());
    codec->pkt_timebase = kMicroseconds;
    codec->max_pixels = with_coding_margin(options_.max_pixels);
    codec->thread_count = options_.threads;
    use_buffers(*codec, codec_buffers_);
    if (choice.device) {
        codec->hw_device_ctx = av_buffer_ref(choice.device.get());
        codec->get_format = choose_format;
    }
    if (const int failed = avcodec_open2(codec.get(), choice.codec, nullptr); failed < 0)
        return Error{ErrorCode::unavailable, std::string{"open decoder "} + choice.codec->name +
                                                 " (" + choice.name + "): " + error_text(failed)};
    codec_ = std::move(codec);
    hardware_format_ = choice.format;
    in_hardware_ = !choice.is_software();
    hardware_failed_ = false;
    proved_ = false;
    damaged_in_a_row_ = 0;
    stats_.decoder =
        std::string{avcodec_get_name(parameters_->codec->codec_id)} + " (" + choice.name + ")";
    return {};
}

Status VideoDecoder::open_best() {
    if (!software_for_good_) {
        VEDETTE_TRY(auto choices, find_hardware_(options_.hwaccel, parameters_->codec->codec_id));
        for (auto& choice : choices) {
            if (auto opened = open(std::move(choice)))
                return {};
            else
                log_.info("hardware decoder does not open", {{"why", opened.error().message()}});
        }
        software_for_good_ = true;
        if (options_.hwaccel != "auto" && options_.hwaccel != "none")
            log_.warn("hardware decoder not available, decoding in software",
                      {{"hwaccel", options_.hwaccel}});
    }
    VEDETTE_TRY(auto software, software_decoder(parameters_->codec->codec_id));
    return open(std::move(software));
}

Status VideoDecoder::start(const ParametersPtr& parameters) {
    VEDETTE_ASSERT(parameters != nullptr);
    const AVCodecParameters& codec = *parameters->codec;
    if (std::int64_t{codec.width} * codec.height > options_.max_pixels)
        return Error{ErrorCode::invalid_argument,
                     "open decoder: " + std::to_string(codec.width) + "x" +
                         std::to_string(codec.height) + " pixels are more than the " +
                         std::to_string(options_.max_pixels) + " allowed"};
    parameters_ = parameters;
    return open_best();
}

bool VideoDecoder::has_room() const {
    const bool others_hold = maker_.alive() + decoded_.size() > 0;
    const std::size_t used = std::max(codec_buffers_.in_use(), maker_.buffers().in_use());
    return !others_hold || used < max_frames_;
}

void VideoDecoder::remember(const Packet& packet) {
    if (!in_hardware_ || proved_)
        return;
    unproved_.push_back(packet);
    hardware_failed_ = unproved_.size() >= kMostReplayed;
}

Status VideoDecoder::send(const Packet& packet, Wanted wanted) {
    VEDETTE_ASSERT(codec_ != nullptr);
    if (!live_ && !has_room())
        return Error{ErrorCode::resource_exhausted,
                     "decode: " + std::to_string(max_frames_) +
                         " pictures are in use; release some and send the packet again"};
    if (packet.data().parameters != parameters_) {
        submit(nullptr);
        VEDETTE_CHECK_OK(start(packet.data().parameters));
    }
    codec_->skip_frame = wanted == Wanted::every_picture ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
    ++stats_.packets;
    remember(packet);
    if (!hardware_failed_)
        decode(packet);
    if (hardware_failed_)
        VEDETTE_CHECK_OK(to_software("a picture could not be decoded"));
    note_memory();
    return {};
}

Status VideoDecoder::to_software(const std::string& why) {
    log_.warn("hardware decoder failed, decoding in software from now on",
              {{"decoder", stats_.decoder}, {"why", why}});
    software_for_good_ = true;
    VEDETTE_CHECK_OK(open_best());
    const auto again = std::move(unproved_);
    unproved_.clear();
    for (const auto& packet : again)
        decode(packet);
    return {};
}

void VideoDecoder::decode(const Packet& packet) {
    if (!submit(packet.data().packet.get()) && !hardware_failed_) // else software decodes it again
        ++stats_.corrupt;
}

/// \return false if something could not be decoded
bool VideoDecoder::submit(const AVPacket* packet) {
    int sent = avcodec_send_packet(codec_.get(), packet);
    bool whole = true;
    if (sent == AVERROR(EAGAIN)) { // pictures must come out first
        whole = collect();
        sent = avcodec_send_packet(codec_.get(), packet);
    }
    if (sent < 0 && sent != AVERROR_EOF) {
        blame(sent);
        whole = false;
    }
    return collect() && whole;
}

/// A packet that is damaged is the camera's or the network's fault, once the hardware has shown
/// that it can decode this stream.
void VideoDecoder::blame(int error) {
    const bool damaged =
        error == AVERROR_INVALIDDATA && proved_ && ++damaged_in_a_row_ <= kMostDamagedInARow;
    hardware_failed_ = hardware_failed_ || (in_hardware_ && !damaged);
}

bool VideoDecoder::collect() {
    for (;;) {
        FrameHandle frame{av_frame_alloc()};
        VEDETTE_ASSERT(frame);
        const int got = avcodec_receive_frame(codec_.get(), frame.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
            return true;
        if (got < 0) {
            blame(got);
            return false;
        }
        if (!accept(std::move(frame))) {
            hardware_failed_ = in_hardware_;
            return false;
        }
    }
}

/// \return false if the hardware does not give the picture out
bool VideoDecoder::accept(FrameHandle frame) {
    if (frame->decode_error_flags != 0)
        ++stats_.corrupt;
    if (in_hardware_ && frame->format == hardware_format_ && hardware_format_ != AV_PIX_FMT_NONE) {
        auto here = downloaded(*frame);
        if (!here)
            return false;
        frame = std::move(*here);
    }
    proved_ = true;
    damaged_in_a_row_ = 0;
    unproved_.clear();
    if (live_ && !has_room())
        ++stats_.dropped;
    else
        decoded_.push_back(std::move(frame));
    return true;
}

Result<FrameHandle> VideoDecoder::downloaded(const AVFrame& hardware) {
    AVPixelFormat* formats = nullptr;
    if (hardware.hw_frames_ctx == nullptr ||
        av_hwframe_transfer_get_formats(hardware.hw_frames_ctx, AV_HWFRAME_TRANSFER_DIRECTION_FROM,
                                        &formats, 0) < 0)
        return Error{ErrorCode::unavailable, "the accelerator does not give its pictures out"};
    FrameHandle out{av_frame_alloc()};
    VEDETTE_ASSERT(out);
    out->format = formats[0];
    av_free(formats);
    const auto& surface = *reinterpret_cast<const AVHWFramesContext*>(hardware.hw_frames_ctx->data);
    out->width = surface.width; // surfaces are larger than the picture
    out->height = surface.height;
    int failed = attach_memory(*out, codec_buffers_, surface.width, surface.height);
    if (failed >= 0)
        failed = av_hwframe_transfer_data(out.get(), &hardware, 0);
    if (failed >= 0)
        failed = av_frame_copy_props(out.get(), &hardware);
    if (failed < 0)
        return Error{ErrorCode::unavailable, error_text(failed)};
    out->width = hardware.width;
    out->height = hardware.height;
    return out;
}

Status VideoDecoder::finish() {
    submit(nullptr);
    if (hardware_failed_) {
        VEDETTE_CHECK_OK(to_software("the last pictures could not be decoded"));
        submit(nullptr);
    }
    note_memory();
    return {};
}

Result<std::optional<imaging::FramePtr>> VideoDecoder::receive() {
    while (!decoded_.empty()) {
        FrameHandle& next = decoded_.front();
        const std::int64_t pts =
            next->pts != AV_NOPTS_VALUE ? next->pts : next->best_effort_timestamp;
        auto frame = maker_.make(next, parameters_->orientation);
        const bool full = !frame && frame.error().code() == ErrorCode::resource_exhausted;
        if (full && !live_)
            return std::move(frame).error();
        decoded_.pop_front();
        note_memory();
        if (full) {
            ++stats_.dropped;
            continue;
        }
        if (!frame)
            return std::move(frame).error();
        publish(**frame, pts);
        return std::optional<imaging::FramePtr>{std::move(*frame)};
    }
    return std::optional<imaging::FramePtr>{};
}

/// Software, and hardware behind libavcodec's own parsers, can be emptied; a decoder that is all
/// hardware may not take anything after its end.
Status VideoDecoder::restart() {
    decoded_.clear();
    unproved_.clear();
    last_at_.reset();
    if (in_hardware_ && (codec_->codec->capabilities & AV_CODEC_CAP_HARDWARE) != 0)
        return open_best();
    avcodec_flush_buffers(codec_.get());
    return {};
}

void VideoDecoder::release_memory() {
    codec_buffers_.release_idle();
    maker_.release_idle();
    note_memory();
}

void VideoDecoder::publish(imaging::Frame& frame, std::int64_t pts) {
    const StreamTime at =
        pts != AV_NOPTS_VALUE ? StreamTime{StreamClock::duration{pts}} : StreamTime{};
    frame.at = last_at_ ? std::max(at, *last_at_ + kLeastStep) : at;
    last_at_ = frame.at;
    frame.captured_at = started_at_ + frame.at.time_since_epoch();
    frame.sequence = sequence_++;
    ++stats_.frames;
    const bool changed = frame.view.width_px != last_width_ || frame.view.height_px != last_height_;
    if (changed && last_width_ != 0)
        ++stats_.size_changes;
    last_width_ = frame.view.width_px;
    last_height_ = frame.view.height_px;
}

void VideoDecoder::note_memory() {
    stats_.buffers_allocated = codec_buffers_.allocated() + maker_.buffers().allocated();
}

} // namespace

namespace ffmpeg {

Result<std::unique_ptr<Decoder>> open_decoder(const StreamInfo& stream,
                                              const DecoderOptions& options, Log& log,
                                              HardwareFinder find_hardware) {
    if (!stream.parameters)
        return Error{ErrorCode::invalid_argument, "open decoder: the stream has no video"};
    auto decoder = std::make_unique<VideoDecoder>(stream, options, log, std::move(find_hardware));
    VEDETTE_CHECK_OK(decoder->start(stream.parameters));
    return decoder;
}

} // namespace ffmpeg

Result<std::unique_ptr<Decoder>> Decoder::open(const StreamInfo& stream,
                                               const DecoderOptions& options, Log& log) {
    return ffmpeg::open_decoder(stream, options, log, ffmpeg::hardware_decoders);
}

} // namespace vedette::media
