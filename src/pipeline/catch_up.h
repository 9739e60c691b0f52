#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// Which packets of a live stream are left undecoded, so that a machine that cannot decode as fast
/// as pictures come stays in the present: the end of each group of pictures (from a key frame up to
/// the next) if only a share is to be decoded, and, once it is too far behind all the same,
/// everything up to the next key frame that is on time. Reading without decoding is quick, so what
/// waits is soon passed over.
///
/// How far behind is reckoned from the work between two packets and the time that lies between them
/// in the stream, as the wait in a queue is. What the network holds back is thus no delay of ours:
/// waiting for a packet is no work. A delay that is soon made up for costs no picture; how soon is
/// left to chance, so that cameras that are late together do not all give way at once, and sooner
/// for those that have not given way for long, so that all get as much.
///
/// Thread-compatible.
///
/// Method: D. V. Lindley, "The theory of queues with a single server", 1952.
class CatchUp {
public:
    using Duration = SteadyTime::duration;

    /// \param most  to be behind for more than a moment; a second at most
    /// \param seed  another one for each camera
    CatchUp(Duration most, std::uint64_t seed)
        : most_{std::min(most, kFar)}, random_{static_cast<std::mt19937::result_type>(seed)} {}

    /// \param work  from having the packet before to asking for this one
    /// \param at    of the packet, media::Packet::decoding_at()
    /// \param share of each group of pictures that is to be decoded, in (0, 1]; one decoded picture
    ///              of a group is the least
    [[nodiscard]] bool leaves_out(Duration work, StreamTime at, bool key_frame, double share = 1) {
        add(work, at);
        if (key_frame)
            begin_group(share);
        const bool behind =
            lag_ > kFar || late_for_ > patience() || (passing_over_ && lag_ > most_);
        const bool had_its_share = share < 1 && group_length_ > Duration{} &&
                                   decoded_ >= part(group_length_, share) + owed_;
        passing_over_ = behind || had_its_share || (passing_over_ && !key_frame);
        if (behind)
            gave_way_ = *newest_;
        return passing_over_;
    }

    /// How long the newest packet had been there when it was asked for.
    [[nodiscard]] Duration lag() const noexcept { return lag_; }
    /// Whether that was longer than it may be.
    [[nodiscard]] bool late() const noexcept { return lag_ > most_; }

private:
    static constexpr Duration kFar = std::chrono::seconds{1};
    static constexpr Duration kStep = std::chrono::seconds{30}; ///< back: the clock was set
    static constexpr Duration kLeast = std::chrono::milliseconds{200};
    static constexpr Duration kMost = std::chrono::milliseconds{500};
    static constexpr int kReading = 20; ///< reading is work, too: a twentieth of the rest

    void add(Duration work, StreamTime at) {
        if (!newest_ || at < *newest_ - kStep)
            newest_ = at;
        const Duration between = std::max(at, *newest_) - *newest_;
        newest_ = std::max(at, *newest_);
        count(between);
        const bool was_late = lag_ > most_;
        lag_ = std::max(Duration{}, lag_ + work + work / kReading - between);
        late_for_ = was_late && lag_ > most_ ? late_for_ + work : Duration{};
    }

    /// The stream went on by `time` since the packet before.
    void count(Duration time) {
        if (!passing_over_)
            decoded_ += std::min(time, kFar); // more is a step of its clock
    }

    /// What the group before got too much or too little of, because it was shorter or longer than
    /// foreseen, is made up for in this one.
    void begin_group(double share) {
        if (group_began_) {
            const Duration length = std::min<Duration>(*newest_ - *group_began_, kStep);
            const Duration foreseen =
                std::clamp(part(group_length_, share) + owed_, Duration{}, length);
            owed_ += part(length, share) - std::max(foreseen, decoded_);
            owed_ = std::clamp(owed_, -length, length);
            group_length_ = std::max(length, last_length_);
            last_length_ = length;
        }
        group_began_ = newest_;
        decoded_ = {};
    }

    [[nodiscard]] static Duration part(Duration group, double share) {
        return std::chrono::duration_cast<Duration>(group * share);
    }

    /// Delay that is let be: the less, the longer ago this camera gave way.
    [[nodiscard]] Duration patience() {
        const Duration since = *newest_ - gave_way_;
        const Duration longest = std::max<Duration>(kLeast, kMost - since * 3 / 40);
        return longest * std::uniform_int_distribution{50, 100}(random_) / 100;
    }

    const Duration most_;
    std::mt19937 random_;
    std::optional<StreamTime> newest_;
    Duration lag_{};
    Duration late_for_{}; ///< work since it was less than `most_` behind
    StreamTime gave_way_; ///< last; of the newest packet
    std::optional<StreamTime> group_began_;
    Duration last_length_{};  ///< of the group before
    Duration group_length_{}; ///< foreseen: the longer one of the two before
    Duration decoded_{};      ///< of this group
    Duration owed_{};         ///< by the groups before
    bool passing_over_ = false;
};

} // namespace vedette::pipeline
