#include "gate/packet_gate.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "vedette/base/assert.h"

namespace vedette::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of cameras with more key frames than one in two seconds, no more than that are looked at,
/// whatever the sizes say.
constexpr milliseconds kBetweenProbes{1900};
/// After motion was last seen, what comes still belongs to it.
constexpr seconds kAfterMotion{1};
/// After a picture was looked at, what comes is known to be still for so long.
constexpr milliseconds kKnownFor{1500};
/// Surprise below which sizes are quiet.
constexpr double kQuiet = 0.5;
constexpr int kGroupsThatFit = 2;
/// A step in the time of a stream that is no gap.
constexpr seconds kLeastGap{1};
constexpr int kUsualSteps = 4;
/// So long after a sign pictures are worth a look even if nothing is seen to move in them.
constexpr seconds kWorthALook{3};

} // namespace

PacketGate::PacketGate(const PacketGateOptions& options, std::function<bool()> busy)
    : options_{options}, busy_{std::move(busy)} {
    report_.on = true;
}

bool PacketGate::makes_room(const PacketFacts& facts) {
    if (kept_.empty() || would_fit(facts))
        return true;
    if (!awake_) {
        groups_that_fit_ = std::min(groups_that_fit_, 0);
        wake(WakeReason::long_group, facts.decoding_at);
    }
    return false;
}

bool PacketGate::would_fit(const PacketFacts& facts) const {
    return kept_bytes_ + facts.bytes <= options_.max_bytes.bytes &&
           (kept_.empty() ||
            facts.decoding_at - kept_.front().facts.decoding_at <= options_.max_time);
}

PacketGate::Act PacketGate::take(const PacketFacts& facts, media::Packet packet) {
    VEDETTE_ASSERT(!probing_);
    VEDETTE_ASSERT(kept_.empty() || would_fit(facts));
    const bool broken = note(facts);
    if (awake_ && !broken && may_sleep(facts))
        fall_asleep();
    else if (!awake_)
        if (const auto why = sign(broken))
            wake(*why, facts.decoding_at);
    keep(facts, std::move(packet));
    if (awake_)
        return Act::decode;
    probing_ = is_due_for_probe(facts);
    report_.probed += probing_ ? 1 : 0;
    return probing_ ? Act::probe : Act::hold;
}

void PacketGate::pass_over(const PacketFacts& facts) {
    VEDETTE_ASSERT(awake_);
    std::ignore = note(facts);
}

/// \return whether the stream is not what it was.
bool PacketGate::note(const PacketFacts& facts) {
    ++report_.packets;
    if (report_.packets == 1)
        last_sign_ = facts.decoding_at;
    const bool broken = is_broken(facts);
    note_group(facts);
    sizes_.add(facts, lesson(facts));
    return broken;
}

bool PacketGate::is_broken(const PacketFacts& facts) {
    const bool changed = facts.set_up != set_up_ && set_up_ != nullptr;
    set_up_ = facts.set_up;
    if (changed) {
        sizes_.forget();
        groups_that_fit_ = -1;
    }
    const auto step = last_at_ ? facts.decoding_at - *last_at_ : usual_step_;
    last_at_ = facts.decoding_at;
    const bool gap = step > kLeastGap && step > kUsualSteps * usual_step_ &&
                     usual_step_ > StreamClock::duration{};
    const bool back = step < -kLeastGap;
    if (!gap && step > StreamClock::duration{})
        usual_step_ += (step - usual_step_) / (usual_step_ > StreamClock::duration{} ? 16 : 1);
    if (changed || gap || back)
        last_sign_ = facts.decoding_at;
    return changed || gap || back;
}

void PacketGate::note_group(const PacketFacts& facts) {
    if (facts.key_frame) {
        const bool fits = group_bytes_ <= options_.max_bytes.bytes / 2 &&
                          facts.decoding_at - group_began_ <= options_.max_time;
        groups_that_fit_ = fits || groups_that_fit_ < 0 ? groups_that_fit_ + 1 : 0;
        group_began_ = facts.decoding_at;
        group_bytes_ = 0;
    }
    group_bytes_ += facts.bytes;
}

SizeWatch::Lesson PacketGate::lesson(const PacketFacts& facts) const {
    if (!awake_)
        return sizes_.surprise() < kQuiet ? SizeWatch::Lesson::presumed : SizeWatch::Lesson::none;
    const bool known = looked_at_ && facts.at - *looked_at_ <= kKnownFor;
    const bool moved = moved_at_ && facts.at - *moved_at_ <= kAfterMotion;
    return known && !moved ? SizeWatch::Lesson::certain : SizeWatch::Lesson::none;
}

bool PacketGate::may_sleep(const PacketFacts& facts) {
    const bool quiet = facts.key_frame && kept_.empty() &&
                       facts.decoding_at - last_sign_ >= options_.stay_awake &&
                       groups_that_fit_ >= kGroupsThatFit && sizes_.learned() &&
                       sizes_.surprise() < kQuiet && facts.bytes <= options_.max_bytes.bytes;
    if (quiet && busy_()) {
        was_right();
        return false;
    }
    return quiet;
}

std::optional<WakeReason> PacketGate::sign(bool broken) const {
    if (broken)
        return WakeReason::stream;
    if (sizes_.surprise() >= 1)
        return WakeReason::sizes;
    if (busy_())
        return WakeReason::track;
    return std::nullopt;
}

bool PacketGate::is_due_for_probe(const PacketFacts& facts) const {
    if (!facts.key_frame)
        return false;
    const auto unseen = facts.decoding_at - kept_.front().facts.decoding_at;
    const bool grows_too_large =
        kept_bytes_ > options_.max_bytes.bytes / 2 || unseen >= options_.max_time / 2;
    const bool is_time =
        unseen >= kBetweenProbes && (unseen >= options_.probe_every || sizes_.suspicious());
    return kept_.size() == 1 || is_time || grows_too_large;
}

void PacketGate::probed(Probe shown) {
    VEDETTE_ASSERT(probing_);
    probing_ = false;
    if (awake_)
        return; // pictures before it, which were still inside the decoder, woke it
    const StreamTime at = kept_.back().facts.decoding_at;
    switch (shown) {
    case Probe::still:
        sizes_.cleared();
        let_go_before_newest();
        return;
    case Probe::moving: wake(WakeReason::picture, at); return;
    case Probe::damaged: wake(WakeReason::stream, at); return;
    }
}

void PacketGate::saw(StreamTime at, bool moving) {
    looked_at_ = std::max(looked_at_.value_or(at), at);
    if (!moving)
        return;
    moved_at_ = std::max(moved_at_.value_or(at), at);
    last_sign_ = std::max(last_sign_, at);
    was_right();
    if (!awake_)
        wake(WakeReason::picture, at);
}

/// Something was found since it woke.
void PacketGate::was_right() {
    if (by_sizes_)
        sizes_.was_right();
    by_sizes_ = false;
}

void PacketGate::keep(const PacketFacts& facts, media::Packet packet) {
    kept_bytes_ += facts.bytes;
    kept_.push_back({facts, std::move(packet)});
    report_.kept_bytes = kept_bytes_;
}

std::optional<PacketGate::Kept> PacketGate::next() {
    if (!awake_ || kept_.empty())
        return std::nullopt;
    Kept oldest = std::move(kept_.front());
    kept_.pop_front();
    report_.kept_bytes = kept_bytes_ -= oldest.facts.bytes;
    ++report_.decoded;
    return oldest;
}

std::size_t PacketGate::give_up() {
    const std::size_t many = waiting();
    if (many > 0) {
        kept_.clear();
        report_.kept_bytes = kept_bytes_ = 0;
    }
    return many;
}

void PacketGate::wake(WakeReason why, StreamTime at) {
    awake_ = true;
    report_.asleep = false;
    ++report_.of(why);
    last_sign_ = std::max(last_sign_, at);
    woken_until_ = at + kWorthALook;
    by_sizes_ = why == WakeReason::sizes;
}

void PacketGate::fall_asleep() {
    if (by_sizes_) // and nothing has moved since
        sizes_.was_wrong();
    by_sizes_ = false;
    sizes_.calm();
    awake_ = false;
    report_.asleep = true;
}

void PacketGate::let_go_before_newest() {
    kept_.erase(kept_.begin(), kept_.end() - 1);
    report_.kept_bytes = kept_bytes_ = kept_.front().facts.bytes;
}

} // namespace vedette::pipeline
