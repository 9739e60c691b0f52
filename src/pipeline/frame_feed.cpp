#include "frame_feed.h"

#include <algorithm>
#include <utility>

#include "vedette/base/worker.h"
#include "vedette/pipeline/camera_analyzer.h"

namespace vedette::pipeline {
namespace {

StreamClock::duration spacing_of(const media::StreamInfo& info) {
    return StreamClock::duration{
        info.frame_rate > 0 ? static_cast<std::int64_t>(1e6 / info.frame_rate) : 0};
}

/// Live, a packet may wait to be decoded for half the time that lies between two looks.
CatchUp::Duration longest_lag(const DetectOptions& options) {
    constexpr std::chrono::milliseconds kLeast{100}; // key frames of many cameras take that long
    const std::chrono::duration<double> half{0.5 / options.fps};
    return std::max<CatchUp::Duration>(kLeast, std::chrono::duration_cast<CatchUp::Duration>(half));
}

/// Between two pictures that are decoded only to be shown. Previews have a place for one in every
/// ten seconds; where nobody wants any, there is still one that says what the camera was like.
std::chrono::seconds between_glances(Viewers viewers) {
    switch (viewers) { // no default: new ones must be named here
    case Viewers::nobody: return std::chrono::seconds{60};
    case Viewers::now_and_then: return std::chrono::seconds{8};
    case Viewers::watching: break;
    }
    return std::chrono::seconds{2};
}

/// A key frame comes sooner.
constexpr std::chrono::minutes kLongestGroup{3};

Error stopped() { return {ErrorCode::cancelled, "stopped"}; }

} // namespace

Followed followed_by(const CameraAnalyzer& analysis) {
    Followed followed;
    for (const LiveTrack& live : analysis.live_tracks())
        (live.track.stationary ? followed.parked : followed.moving) = true;
    return followed;
}

FrameFeed::FrameFeed(std::unique_ptr<media::Source> source, std::unique_ptr<media::Decoder> decoder,
                     const DetectOptions& options, Parts parts)
    : source_{std::move(source)}, decoder_{std::move(decoder)}, options_{options},
      parts_{std::move(parts)}, spacing_{spacing_of(source_->info())}, sampler_{options.fps},
      motion_gate_{options}, catch_up_{longest_lag(options), parts_.seed}, anchor_{*parts_.clock} {
    if (wants_gate())
        gate_.emplace(options_.packet,
                      [this] { return parts_.followed && parts_.followed().moving; });
    if (parts_.gate != nullptr)
        parts_.gate->begins();
}

Status FrameFeed::run(const std::stop_token& stop, const Take& take) {
    while (!stop.stop_requested()) {
        auto packet = next(stop);
        if (!packet || !*packet)
            return over(std::move(packet), take);
        VEDETTE_CHECK_OK(go_on(**packet, take));
    }
    return stopped();
}

Status FrameFeed::go_on(const media::Packet& packet, const Take& take) {
    if (gate_)
        return through_gate(packet, take);
    if (!options_.enabled && !parts_.every_picture)
        return glance(packet, take);
    if (!passing_over_)
        return decode(packet, take);
    leave_out(packet);
    return {};
}

Status FrameFeed::glance(const media::Packet& packet, const Take& take) {
    if (!packet.key_frame())
        return {};
    const auto between = between_glances(parts_.viewers ? parts_.viewers() : Viewers::watching);
    if (glanced_at_ && packet.at() >= *glanced_at_ && packet.at() < *glanced_at_ + between)
        return {};
    VEDETTE_TRY(auto picture, decode_alone(packet));
    if (!picture)
        return {};
    glanced_at_ = packet.at();
    return hand_on(fed_from(std::move(picture)), true, take);
}

/// Nothing more comes: what waits before the decoder and in it comes out.
Status FrameFeed::over(Result<std::optional<media::Packet>> last, const Take& take) {
    if (gate_)
        VEDETTE_CHECK_OK(drain(take, true));
    return last ? empty_decoder(take) : Status{std::move(last).error()};
}

Status FrameFeed::decode(const media::Packet& packet, const Take& take) {
    decoder_is_empty_ = false;
    const SteadyTime began = parts_.clock->steady_now();
    VEDETTE_CHECK_OK(decoder_->send(packet, wanted_of(packet)));
    decoding_ = parts_.clock->steady_now() - began;
    VEDETTE_CHECK_OK(pass_on(take));
    parts_.probe->packet_decoded(decoding_);
    count_drops();
    return check_that_pictures_come(packet);
}

/// What is no picture any more, another codec than was promised say, is a break as silence is. A
/// connection may begin long before a key frame.
Status FrameFeed::check_that_pictures_come(const media::Packet& sent) {
    const SteadyTime now = parts_.clock->steady_now();
    if (!fruitless_since_ || std::exchange(seen_frames_, frames()) != frames()) {
        fruitless_since_ = now;
        fruitless_key_frames_ = 0;
    }
    fruitless_key_frames_ += sent.key_frame() ? 1 : 0;
    const auto lasted = now - *fruitless_since_;
    const bool too_long =
        (fruitless_key_frames_ > 1 && lasted > parts_.no_pictures) || lasted > kLongestGroup;
    if (parts_.no_pictures == SteadyTime::duration{} || !too_long)
        return {};
    return Error{ErrorCode::data_loss,
                 "packets come, and no picture can be decoded of them; try `vedette discover` on "
                 "this input"};
}

Status FrameFeed::empty_decoder(const Take& take) {
    VEDETTE_CHECK_OK(decoder_->finish());
    Status passed_on = pass_on(take);
    count_drops();
    return passed_on;
}

Result<std::optional<media::Packet>> FrameFeed::next(const std::stop_token& stop) {
    const SteadyTime asked = parts_.clock->steady_now();
    const DecodingShare::Work work{asked - got_.value_or(asked),
                                   processor_time_of_this_thread() - processor_};
    auto packet = source_->read(stop);
    if (!info().live || !packet || !*packet)
        return packet;
    passing_over_ = leaves_out(**packet, work);
    got_ = parts_.clock->steady_now();
    processor_ = processor_time_of_this_thread();
    newest_ = std::max(newest_, (*packet)->at());
    return packet;
}

/// \param work  for the packet before
bool FrameFeed::leaves_out(const media::Packet& packet, const DecodingShare::Work& work) {
    const double share = parts_.share != nullptr ? parts_.share->share() : 1;
    const bool out =
        catch_up_.leaves_out(work.time, packet.decoding_at(), packet.key_frame(), share);
    if (!out && parts_.share != nullptr && (!gate_ || gate_->awake()))
        parts_.share->decodes(parts_.clock->steady_now(), catch_up_.late(), work);
    return out;
}

/// \return when the stream's clock stood at this picture, had every packet been read as it came.
SteadyTime FrameFeed::came_at(const imaging::Frame& frame) const {
    const SteadyTime now = parts_.clock->steady_now();
    if (!info().live || !got_ || late_by_gate_)
        return now; // it was worth nothing before the gate woke
    const StreamClock::duration before = std::max(StreamClock::duration{}, newest_ - frame.at);
    return std::min(now, *got_ - catch_up_.lag() - before);
}

void FrameFeed::leave_out(const media::Packet& packet) {
    parts_.probe->frame_dropped(DropReason::behind);
    fruitless_since_.reset();
    if (packet.at() <= left_out_until_)
        return; // shown before one that was counted
    left_out_until_ = packet.at();
    if (options_.enabled && sampler_.is_due(packet.at()) && parts_.missed)
        parts_.missed();
}

/// Most pictures are passed over; those that no other builds on need not even be decoded.
media::Wanted FrameFeed::wanted_of(const media::Packet& packet) {
    bool all = parts_.every_picture || info().separate_pictures || spacing_.count() == 0;
    if (!all && packet.is_reference().value_or(false))
        sampler_.foresee(packet.at());
    else if (!all)
        all = sampler_.should_decode(packet.at(), spacing_);
    return all ? media::Wanted::every_picture : media::Wanted::references_only;
}

/// \return null when the decoder has none
Result<imaging::FramePtr> FrameFeed::next_picture() {
    auto frame = decoder_->receive();
    if (!frame)
        return std::move(frame).error();
    return frame->value_or(nullptr);
}

Status FrameFeed::pass_on(const Take& take) {
    while (true) {
        const SteadyTime began = parts_.clock->steady_now();
        VEDETTE_TRY(auto picture, next_picture());
        decoding_ += parts_.clock->steady_now() - began;
        if (!picture)
            return {};
        parts_.probe->frame_decoded();
        frames_.fetch_add(1, std::memory_order_relaxed);
        if (gate_ && passed_until_ && picture->at <= *passed_until_)
            continue; // it was looked at by itself, or before the gate closed
        passed_until_ = picture->at;
        if (!first_picture_)
            first_picture_ = picture->at;
        FedFrame fed = fed_from(std::move(picture));
        const bool due = judge(fed);
        VEDETTE_CHECK_OK(hand_on(std::move(fed), due, take));
    }
}

FedFrame FrameFeed::fed_from(imaging::FramePtr picture) const {
    const SteadyTime came = came_at(*picture);
    if (info().live)
        picture = anchor_.dated(std::move(picture));
    return {std::move(picture), false, {}, came, {}};
}

Status FrameFeed::hand_on(FedFrame fed, bool due, const Take& take) {
    if (fed.look && parts_.traces != nullptr)
        fed.trace = parts_.traces->of(fed.frame->at);
    if (!fed.look && !parts_.every_picture && !(due && parts_.resting))
        return {};
    return take(std::move(fed)) ? Status{} : Status{stopped()};
}

/// Settles whether detectors are to look at this one. \return whether its time had come, move or
/// not.
bool FrameFeed::judge(FedFrame& fed) {
    if (!info().separate_pictures && !sampler_.is_due(fed.frame->at)) {
        if (options_.enabled)
            parts_.probe->frame_dropped(DropReason::rate);
        return false;
    }
    fed.look = options_.enabled && !is_settling(fed.frame->at);
    if (options_.enabled && !fed.look)
        parts_.probe->frame_dropped(DropReason::settling);
    if (!fed.look || info().separate_pictures || parts_.motion == nullptr ||
        !(gate_ || options_.waits_for_motion()))
        return true;
    const StreamTime at = fed.frame->at;
    vision::MotionResult motion = parts_.motion->update(fed.frame->view);
    const bool moving = !motion.regions.empty();
    if (gate_) // ghosts of what left are regions, too: they are worth looks, but nothing happens
        gate_->saw(at, !motion.movers.empty() || motion.lightning);
    fed.moving = std::move(motion.movers);
    const bool woken = gate_ && at <= gate_->woken_until();
    fed.look = motion_gate_.opens(at, moving) || woken || !options_.waits_for_motion();
    if (!fed.look)
        parts_.probe->frame_dropped(DropReason::no_motion);
    return true;
}

/// Many cameras begin a connection with pictures that are grey or torn: nothing is to be seen in
/// them, and the background must not learn from them.
bool FrameFeed::is_settling(StreamTime at) const {
    return first_picture_ && at - *first_picture_ < parts_.settle_time;
}

void FrameFeed::count_drops() {
    for (const std::uint64_t now = decoder_->stats().dropped; told_drops_ < now; ++told_drops_)
        parts_.probe->frame_dropped(DropReason::no_buffer);
}

} // namespace vedette::pipeline
