// The part of FrameFeed that goes by the gate `packet`.

#include <utility>

#include "frame_feed.h"

namespace vedette::pipeline {
namespace {

// Live: for each packet that comes so many of those that were kept back are decoded: at least two,
// so that they become fewer.
constexpr int kLeastAtOnce = 2;
constexpr int kMostAtOnce = 8;
/// So long, for each waking, what was kept back may wait for looks that newer pictures would take
/// the place of.
constexpr std::chrono::seconds kWaitForLooks{2};

PacketFacts facts_of(const media::Packet& packet, std::optional<int> quantiser) {
    return {.at = packet.at(),
            .decoding_at = packet.decoding_at(),
            .bytes = packet.size_bytes(),
            .key_frame = packet.key_frame(),
            .reference = packet.is_reference(),
            .set_up = packet.set_up(),
            .quantiser = quantiser};
}

} // namespace

bool FrameFeed::wants_gate() const {
    return options_.gate == GateMode::packet && options_.enabled && !parts_.every_picture &&
           !info().separate_pictures;
}

Status FrameFeed::through_gate(const media::Packet& packet, const Take& take) {
    const PacketFacts facts = facts_of(packet, quantiser_.read(packet));
    if (passing_over_ && gate_->awake()) { // this machine is too slow: newest wins
        for (std::size_t left = gate_->give_up(); left > 0; --left)
            parts_.probe->frame_dropped(DropReason::behind);
        gate_->pass_over(facts);
        leave_out(packet);
        tell_gate();
        return {};
    }
    const bool was_awake = gate_->awake();
    while (!gate_->makes_room(facts))
        if (const auto oldest = gate_->next())
            VEDETTE_CHECK_OK(decode(oldest->packet, take));
    if (gate_->take(facts, packet) == PacketGate::Act::probe)
        VEDETTE_CHECK_OK(probe(packet, take));
    if (!was_awake && gate_->awake())
        waited_for_looks_ = {};
    VEDETTE_CHECK_OK(drain(take, !info().live));
    tell_gate();
    return {};
}

/// Looks at a key frame by itself. If something moves in it, it is not given out: it comes again
/// after those before it.
Status FrameFeed::probe(const media::Packet& packet, const Take& take) {
    if (!decoder_is_empty_) { // falling asleep
        VEDETTE_CHECK_OK(empty_decoder(take));
        VEDETTE_CHECK_OK(decoder_->restart());
        decoder_->release_memory();
        decoder_is_empty_ = true;
    }
    if (gate_->awake()) {
        gate_->probed(PacketGate::Probe::moving);
        return {};
    }
    VEDETTE_TRY(auto picture, decode_alone(packet));
    if (!picture) {
        gate_->probed(PacketGate::Probe::damaged);
        return {};
    }
    vision::MotionResult motion;
    if (parts_.motion != nullptr && !is_settling(picture->at))
        motion = parts_.motion->update(picture->view);
    const bool moving = !motion.movers.empty() || motion.lightning;
    gate_->probed(moving ? PacketGate::Probe::moving : PacketGate::Probe::still);
    if (moving)
        return {};
    passed_until_ = picture->at;
    FedFrame fed = fed_from(std::move(picture));
    if (!sampler_.is_due(fed.frame->at))
        return {};
    fed.look = motion_gate_.opens(fed.frame->at, false, at_rest()) || !options_.waits_for_motion();
    if (!fed.look)
        parts_.probe->frame_dropped(DropReason::no_motion);
    return hand_on(std::move(fed), true, take);
}

/// \return null if it cannot be decoded
Result<imaging::FramePtr> FrameFeed::decode_alone(const media::Packet& packet) {
    const std::uint64_t corrupt = decoder_->stats().corrupt;
    const SteadyTime began = parts_.clock->steady_now();
    VEDETTE_CHECK_OK(decoder_->send(packet));
    VEDETTE_CHECK_OK(decoder_->finish());
    VEDETTE_TRY(auto picture, next_picture());
    parts_.probe->packet_decoded(parts_.clock->steady_now() - began);
    VEDETTE_CHECK_OK(decoder_->restart());
    count_drops();
    if (!picture || decoder_->stats().corrupt != corrupt)
        return imaging::FramePtr{};
    parts_.probe->frame_decoded();
    frames_.fetch_add(1, std::memory_order_relaxed);
    return picture;
}

/// Decodes what the gate gives out.
/// \param all  or as much as there is time for
Status FrameFeed::drain(const Take& take, bool all) {
    const SteadyTime began = parts_.clock->steady_now();
    for (int packets = 0; gate_->waiting() > 0; ++packets) {
        if (!all && has_done_enough(packets, began))
            break;
        late_by_gate_ = gate_->waiting() > 1;
        if (const auto oldest = gate_->next())
            VEDETTE_CHECK_OK(decode(oldest->packet, take));
        late_by_gate_ = false;
    }
    return {};
}

/// \param packets  decoded since `began`
bool FrameFeed::has_done_enough(int packets, SteadyTime began) {
    const SteadyTime now = parts_.clock->steady_now();
    if (gate_->waiting() > 1 && waited_for_looks_ < kWaitForLooks && parts_.look_waits &&
        parts_.look_waits()) {
        if (waiting_since_ != SteadyTime{})
            waited_for_looks_ += now - waiting_since_;
        waiting_since_ = now;
        return true;
    }
    waiting_since_ = {};
    return packets >= kMostAtOnce || (packets >= kLeastAtOnce && now - began > spacing_ / 2);
}

/// How long pictures are not looked at while nothing moves.
StreamClock::duration FrameFeed::at_rest() const {
    const bool parked = parts_.followed && parts_.followed().parked;
    return parked ? motion_gate_.interval() : StreamClock::duration{options_.packet.look_every};
}

void FrameFeed::tell_gate() const {
    if (parts_.gate != nullptr)
        parts_.gate->tell(gate_->report());
}

} // namespace vedette::pipeline
