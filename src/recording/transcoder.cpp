#include "transcoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vedette::recording {
namespace {

constexpr std::size_t kMostInside =
    8; ///< pictures kept for another encoder: as many as hardware has inside
constexpr std::size_t kMostSound = 2'000; ///< pieces that wait for pictures
constexpr int kMostReplacedInARow = 8;
constexpr double kUsualRate = 25;
constexpr std::chrono::milliseconds kKeyInterval{2'000};
constexpr std::size_t kDecoderFrames = kMostInside + 18; ///< 16 references, one at either end

media::EncodeQuality one_worse(media::EncodeQuality quality) {
    return quality == media::EncodeQuality::low
               ? quality
               : static_cast<media::EncodeQuality>(static_cast<int>(quality) - 1);
}

StreamClock::duration interval_of(double rate) {
    return StreamClock::duration{static_cast<std::int64_t>(1e6 / rate)};
}

} // namespace

Transcoder::Transcoder(EncodeOptions options, Parts parts, Output output)
    : options_{std::move(options)}, parts_{std::move(parts)}, output_{std::move(output)} {}
Transcoder::~Transcoder() = default;

Status Transcoder::take(const media::Packet& packet, const media::StreamInfo& streams) {
    if (packet.kind() == media::PacketKind::audio) {
        if (encoder_ && sound_.size() < kMostSound)
            sound_.push_back(packet);
        return {};
    }
    if (waits_for_key_ && !packet.key_frame())
        return {};
    if (step_.key_frames_only && !packet.key_frame()) {
        waits_for_key_ = true; // what is built on others needs them
        return {};
    }
    waits_for_key_ = false;
    if (Status done = decode(packet, streams); !done) {
        waits_for_key_ = true;
        return done;
    }
    return take_pictures();
}

Status Transcoder::decode(const media::Packet& packet, const media::StreamInfo& streams) {
    if (!decoder_ || streams_.parameters != streams.parameters) {
        media::DecoderOptions how{
            .hwaccel = parts_.hwaccel, .max_frames = kDecoderFrames, .mask = parts_.mask};
        if (decoder_) {
            VEDETTE_CHECK_OK(decoder_->finish());
            VEDETTE_CHECK_OK(take_pictures());
        }
        decoder_.reset(); // a packet that follows opens one even if this cannot be opened
        streams_ = streams;
        VEDETTE_TRY(decoder_, media::Decoder::open(streams, how, *parts_.log));
    }
    streams_ = streams;
    return decoder_->send(packet);
}

Status Transcoder::take_pictures() {
    for (;;) {
        VEDETTE_TRY(const auto picture, decoder_->receive());
        if (!picture)
            return {};
        VEDETTE_CHECK_OK(take_picture(*picture));
    }
}

bool Transcoder::is_due(const imaging::Frame& picture) {
    const double source = streams_.frame_rate > 0 ? streams_.frame_rate : kUsualRate;
    const double wanted =
        (options_.max_fps > 0 ? std::min(options_.max_fps, source) : source) * step_.share;
    if (step_.key_frames_only || wanted >= source * 0.99)
        return true;
    const StreamClock::duration interval = interval_of(wanted);
    const StreamTime early = picture.at + interval_of(source) / 2; // pictures do not come evenly
    if (next_due_ && early < *next_due_)
        return false;
    next_due_ =
        next_due_ && early - *next_due_ < interval ? *next_due_ + interval : picture.at + interval;
    return true;
}

Status Transcoder::take_picture(const imaging::FramePtr& picture) {
    if (!is_due(*picture) || (last_sent_ && picture->at <= *last_sent_))
        return {};
    const bool other_size =
        picture->view.width_px != source_width_px_ || picture->view.height_px != source_height_px_;
    if (encoder_ && (other_size || step_changed_))
        VEDETTE_CHECK_OK(close_encoder());
    if (!encoder_) {
        inside_.clear();
        VEDETTE_CHECK_OK(open_encoder(picture->view));
    }
    return encode(picture);
}

media::EncoderOptions Transcoder::wanted_for(const imaging::ImageView& like) const {
    const double scale = options_.max_height_px > 0 && like.height_px > options_.max_height_px
                             ? static_cast<double>(options_.max_height_px) / like.height_px
                             : 1;
    const auto even = [&](int pixels) {
        return std::max(16, static_cast<int>(std::lround(pixels * scale / 2)) * 2);
    };
    const double source = streams_.frame_rate >= 0.1 && streams_.frame_rate <= 1000
                              ? streams_.frame_rate
                              : kUsualRate;
    return {.codec = options_.codec,
            .width_px = scale == 1 ? std::max(16, like.width_px / 2 * 2) : even(like.width_px),
            .height_px = scale == 1 ? std::max(16, like.height_px / 2 * 2) : even(like.height_px),
            .frame_rate = options_.max_fps > 0 ? std::min(options_.max_fps, source) : source,
            .quality = step_.worse ? one_worse(options_.quality) : options_.quality,
            .max_bit_rate = step_.worse ? options_.max_bit_rate * 7 / 10 : options_.max_bit_rate,
            .key_interval = kKeyInterval,
            .matrix = like.matrix,
            .range = like.range,
            .before = out_streams_ ? out_streams_->parameters : nullptr};
}

Status Transcoder::open_encoder(const imaging::ImageView& like) {
    VEDETTE_TRY(encoder_, parts_.encoders->open(options_.encoder, wanted_for(like)));
    if (name_ != encoder_->name())
        parts_.log->info("recordings are encoded",
                         {{"camera", parts_.camera}, {"encoder", encoder_->name()}});
    name_ = encoder_->name();
    step_changed_ = false;
    source_width_px_ = like.width_px;
    source_height_px_ = like.height_px;
    last_key_.reset();
    auto streams = std::make_shared<media::StreamInfo>(encoder_->info());
    streams->audio = streams_.audio;
    streams->audio_codec = streams_.audio_codec;
    streams->started_at = streams_.started_at;
    out_streams_ = std::move(streams);
    return {};
}

/// An encoder that fails is replaced, and gets what the one before had not given out.
Status Transcoder::encode(const imaging::FramePtr& picture) {
    inside_.push_back(picture);
    if (inside_.size() > kMostInside)
        inside_.pop_front(); // it has them for good, or gives them out late
    Status done = send(picture);
    if (done)
        done = collect();
    return done ? done : replace(done.error());
}

Status Transcoder::send(const imaging::FramePtr& picture) {
    const bool key = !last_key_ || picture->at - *last_key_ >= kKeyInterval;
    VEDETTE_CHECK_OK(encoder_->send(picture->view, picture->at, key));
    if (key)
        last_key_ = picture->at;
    last_sent_ = picture->at;
    return {};
}

Status Transcoder::collect() {
    for (;;) {
        VEDETTE_TRY(const auto packet, encoder_->receive());
        if (!packet)
            return {};
        give(*packet);
    }
}

/// What is inside comes out, by another one if it must.
Status Transcoder::close_encoder() {
    Status done;
    for (int i = 0; i < kMostReplacedInARow && encoder_; ++i) {
        done = encoder_->finish();
        if (done)
            done = collect();
        if (done)
            break;
        VEDETTE_CHECK_OK(replace(done.error()));
    }
    encoder_.reset();
    inside_.clear();
    return done;
}

Status Transcoder::replace(const Error& why) {
    Error last = why;
    for (int i = 0; i < kMostReplacedInARow; ++i) {
        parts_.encoders->failed(name_, last.message());
        ++replaced_;
        encoder_.reset();
        if (inside_.empty())
            return {}; // the next picture opens another one
        VEDETTE_CHECK_OK(open_encoder(inside_.front()->view));
        Status done;
        const auto again = inside_;
        for (const imaging::FramePtr& picture : again) {
            done = send(picture);
            if (done)
                done = collect();
            if (!done)
                break;
        }
        if (done)
            return {};
        last = done.error();
    }
    encoder_.reset();
    return last;
}

void Transcoder::give(const media::Packet& packet) {
    while (!inside_.empty() && inside_.front()->at <= packet.at())
        inside_.pop_front();
    if (last_given_ && packet.decoding_at() <= *last_given_)
        return; // the encoder before had given it out
    let_sound_through(packet.decoding_at());
    last_given_ = packet.decoding_at();
    ++encoded_;
    output_(packet, out_streams_);
}

void Transcoder::let_sound_through(std::optional<StreamTime> until) {
    while (!sound_.empty() && (!until || sound_.front().decoding_at() <= *until)) {
        if (out_streams_ && out_streams_->audio && last_given_)
            output_(sound_.front(), out_streams_);
        sound_.pop_front();
    }
}

void Transcoder::skip() { waits_for_key_ = true; }

void Transcoder::change(const EncodeLoad::Step& step) {
    step_changed_ = step_changed_ || step.worse != step_.worse;
    step_ = step;
    next_due_.reset();
}

Status Transcoder::finish() {
    if (decoder_) {
        VEDETTE_CHECK_OK(decoder_->finish());
        VEDETTE_CHECK_OK(take_pictures());
    }
    VEDETTE_CHECK_OK(close_encoder());
    let_sound_through({});
    return {};
}

} // namespace vedette::recording
