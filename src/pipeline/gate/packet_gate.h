#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "gate/size_watch.h"
#include "vedette/base/clock.h"
#include "vedette/media/packet.h"
#include "vedette/pipeline/gate.h"
#include "vedette/pipeline/options.h"

namespace vedette::pipeline {

/// Decides which packets of a camera are decoded: all while something happens, key frames alone
/// while nothing does, and nothing that belongs to what happened is lost.
///
/// Awake, every packet is handed out as it comes. Asleep, packets are kept back since the last key
/// frame that was seen to show nothing (the anchor). Of a later key frame the picture alone is to
/// be looked at (Act::probe), `probe_every` after the anchor, and after two seconds already if the
/// sizes since then are suspicious: if nothing moves in it, it is the new anchor, and what was kept
/// before it is let go, never decoded. When it wakes, all that is
/// kept is handed out in its order, from the anchor on, each packet once.
///
/// It wakes by: sizes (SizeWatch), what a key frame shows, a track that is not at rest, a stream
/// that is not what it was (a gap in time, another codec or set-up, a key frame that cannot be
/// decoded), and a group of pictures that is longer than what may be kept. It falls asleep at a key
/// frame, when `stay_awake` has gone by since the last sign, nothing is followed that is not at
/// rest, the sizes of this stream are learned (at least a quarter of a minute after its beginning),
/// they are quiet, and the last two groups would have fitted into what may be kept. So a camera
/// whose groups are longer than that stays awake, and costs what it would without a gate.
///
/// Thread-compatible; asks nobody for the time. Keeps at most `max_bytes`, or a single packet.
class PacketGate {
public:
    enum class Act {
        decode = 1, ///< what take() gives out
        hold,       ///< nothing now
        probe,      ///< look at this key frame by itself, then tell probed()
    };
    /// What a key frame by itself shows.
    enum class Probe { still = 1, moving, damaged };

    /// \param busy  whether anything is followed that is not at rest; asked while asleep and when
    /// it
    ///              could fall asleep
    PacketGate(const PacketGateOptions& options, std::function<bool()> busy);

    /// Whether there is room for this packet; wakes where it is not for those that are kept. If
    /// there is none, next() gives something out.
    [[nodiscard]] bool makes_room(const PacketFacts& facts);
    /// One packet, in the order of decoding. \pre makes_room(facts), and the probe before was
    /// answered
    [[nodiscard]] Act take(const PacketFacts& facts, media::Packet packet);
    /// One packet that there is no time to decode, awake: it is learned from as any other.
    void pass_over(const PacketFacts& facts);
    /// The answer to Act::probe.
    void probed(Probe shown);
    /// Of a picture that was decoded while awake and that motion was looked for in.
    void saw(StreamTime at, bool moving);

    struct Kept {
        PacketFacts facts;
        media::Packet packet;
    };
    /// The next packet to be decoded; nothing when there is none for now.
    [[nodiscard]] std::optional<Kept> next();
    /// Packets that next() would give out now.
    [[nodiscard]] std::size_t waiting() const noexcept { return awake_ ? kept_.size() : 0; }
    /// Lets go of what waits to be decoded: there is no time for it. \return how many.
    std::size_t give_up();

    [[nodiscard]] bool awake() const noexcept { return awake_; }
    /// Up to when the last waking makes pictures worth a look, moving or not.
    [[nodiscard]] StreamTime woken_until() const noexcept { return woken_until_; }
    [[nodiscard]] std::size_t kept_bytes() const noexcept { return kept_bytes_; }
    [[nodiscard]] const GateReport& report() const noexcept { return report_; }

private:
    [[nodiscard]] bool note(const PacketFacts& facts);
    void note_group(const PacketFacts& facts);
    [[nodiscard]] bool is_broken(const PacketFacts& facts);
    [[nodiscard]] bool may_sleep(const PacketFacts& facts);
    [[nodiscard]] bool is_due_for_probe(const PacketFacts& facts) const;
    [[nodiscard]] std::optional<WakeReason> sign(bool broken) const;
    [[nodiscard]] SizeWatch::Lesson lesson(const PacketFacts& facts) const;
    [[nodiscard]] bool would_fit(const PacketFacts& facts) const;
    void keep(const PacketFacts& facts, media::Packet packet);
    void wake(WakeReason why, StreamTime at);
    void fall_asleep();
    void was_right();
    void let_go_before_newest();

    const PacketGateOptions options_;
    const std::function<bool()> busy_;
    SizeWatch sizes_;
    std::deque<Kept> kept_; ///< awake: to be decoded; asleep: from the anchor on
    std::size_t kept_bytes_ = 0;
    bool awake_ = true;
    bool probing_ = false; ///< the newest of kept_
    GateReport report_;

    const void* set_up_ = nullptr;
    std::optional<StreamTime> last_at_;  ///< decoding
    StreamClock::duration usual_step_{}; ///< between packets
    StreamTime group_began_;             ///< decoding
    std::size_t group_bytes_ = 0;
    int groups_that_fit_ = -1; ///< in a row, without the one at hand; -1: no key frame yet
    StreamTime last_sign_;
    std::optional<StreamTime> looked_at_; ///< the newest picture that motion was looked for in
    std::optional<StreamTime> moved_at_;  ///< the newest picture in which something moved
    StreamTime woken_until_{StreamClock::duration::min()};
    bool by_sizes_ = false; ///< the last waking, and nothing was found since
};

} // namespace vedette::pipeline
