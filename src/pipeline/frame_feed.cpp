#include "frame_feed.h"

#include <algorithm>
#include <utility>

#include "vedette/base/worker.h"

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

Error stopped() { return {ErrorCode::cancelled, "stopped"}; }

} // namespace

FrameFeed::FrameFeed(std::unique_ptr<media::Source> source, std::unique_ptr<media::Decoder> decoder,
                     const DetectOptions& options, Parts parts)
    : source_{std::move(source)}, decoder_{std::move(decoder)}, options_{options},
      parts_{std::move(parts)}, spacing_{spacing_of(source_->info())}, sampler_{options.fps},
      gate_{options}, catch_up_{longest_lag(options), parts_.seed}, anchor_{*parts_.clock} {}

Status FrameFeed::run(const std::stop_token& stop, const std::function<bool(FedFrame)>& take) {
    while (!stop.stop_requested()) {
        VEDETTE_TRY(const auto packet, next(stop));
        if (!packet) {
            VEDETTE_CHECK_OK(decoder_->finish());
            Status passed_on = pass_on(take);
            count_drops();
            return passed_on;
        }
        if (passing_over_) {
            leave_out(*packet);
            continue;
        }
        const SteadyTime began = parts_.clock->steady_now();
        VEDETTE_CHECK_OK(decoder_->send(*packet, wanted_of(*packet)));
        decoding_ = parts_.clock->steady_now() - began;
        VEDETTE_CHECK_OK(pass_on(take));
        parts_.probe->packet_decoded(decoding_);
        count_drops();
    }
    return stopped();
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
    if (!out && parts_.share != nullptr)
        parts_.share->decodes(parts_.clock->steady_now(), catch_up_.late(), work);
    return out;
}

/// \return when the stream's clock stood at this picture, had every packet been read as it came.
SteadyTime FrameFeed::came_at(const imaging::Frame& frame) const {
    const SteadyTime now = parts_.clock->steady_now();
    if (!info().live || !got_)
        return now;
    const StreamClock::duration before = std::max(StreamClock::duration{}, newest_ - frame.at);
    return std::min(now, *got_ - catch_up_.lag() - before);
}

void FrameFeed::leave_out(const media::Packet& packet) {
    parts_.probe->frame_dropped(DropReason::behind);
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

Status FrameFeed::pass_on(const std::function<bool(FedFrame)>& take) {
    while (true) {
        const SteadyTime began = parts_.clock->steady_now();
        VEDETTE_TRY(auto frame, decoder_->receive());
        decoding_ += parts_.clock->steady_now() - began;
        if (!frame)
            return {};
        parts_.probe->frame_decoded();
        frames_.fetch_add(1, std::memory_order_relaxed);
        imaging::FramePtr picture = *std::move(frame);
        const SteadyTime came = came_at(*picture);
        if (info().live)
            picture = anchor_.dated(std::move(picture));
        FedFrame fed{std::move(picture), false, {}, came, {}};
        const bool due = judge(fed);
        if (fed.look && parts_.traces != nullptr)
            fed.trace = parts_.traces->of(fed.frame->at);
        if (!fed.look && !parts_.every_picture && !(due && parts_.resting))
            continue;
        if (!take(std::move(fed)))
            return stopped();
    }
}

/// Settles whether detectors are to look at this one. \return whether its time had come, move or
/// not.
bool FrameFeed::judge(FedFrame& fed) {
    if (!info().separate_pictures && !sampler_.is_due(fed.frame->at)) {
        if (options_.enabled)
            parts_.probe->frame_dropped(DropReason::rate);
        return false;
    }
    fed.look = options_.enabled;
    if (!fed.look || info().separate_pictures || parts_.motion == nullptr ||
        !options_.require_motion)
        return true;
    vision::MotionResult motion = parts_.motion->update(fed.frame->view);
    fed.moving = std::move(motion.movers);
    fed.look = gate_.opens(!motion.regions.empty());
    if (!fed.look)
        parts_.probe->frame_dropped(DropReason::no_motion);
    return true;
}

void FrameFeed::count_drops() {
    for (const std::uint64_t now = decoder_->stats().dropped; told_drops_ < now; ++told_drops_)
        parts_.probe->frame_dropped(DropReason::no_buffer);
}

} // namespace vedette::pipeline
