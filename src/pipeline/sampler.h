#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "vedette/base/clock.h"
#include "vedette/pipeline/options.h"

namespace vedette::pipeline {

/// Picks pictures for detection by their own time: the first of each slot of 1/fps seconds, counted
/// from the first picture, so at most `fps` a second and evenly spread.
///
/// Thread-compatible.
class RateSampler {
public:
    explicit RateSampler(double fps) : interval_{static_cast<std::int64_t>(1e6 / fps)} {}

    /// \return whether the picture at `at` is due; asked once for every picture. A jump back in
    /// time starts anew.
    [[nodiscard]] bool is_due(StreamTime at) {
        if (!started_ || at < last_ - 2 * interval_) {
            started_ = true;
            origin_ =
                at - interval_ /
                         8; // so that a trembling clock does not move pictures into the slot before
            last_ = at;
            slot_ = 0;
            foreseen_.fill(-1);
            return true;
        }
        last_ = at;
        const std::int64_t slot = (at - origin_) / interval_;
        const bool due = slot > slot_;
        slot_ = std::max(slot_, slot);
        return due;
    }

    /// A picture at `at` is going to be decoded whatever its time is; said when its packet comes,
    /// which is before the pictures that are built on it.
    void foresee(StreamTime at) {
        if (!started_ || at < origin_ || (at - origin_) % interval_ > interval_ * 5 / 8)
            return; // too late in its slot to stand for it
        const std::int64_t slot = (at - origin_) / interval_;
        foreseen_[place_of(slot)] = slot;
    }

    /// Before it is decoded, pictures being `spacing` apart: whether the one at `at` should be,
    /// even if no other builds on it. Those of a slot's first half are left out as long as another
    /// one follows in that half: mostly one comes along that had to be decoded anyway.
    [[nodiscard]] bool should_decode(StreamTime at, StreamClock::duration spacing) const {
        if (!started_ || at < origin_ || spacing.count() <= 0)
            return true;
        const std::int64_t slot = (at - origin_) / interval_;
        if (slot == slot_ || foreseen_[place_of(slot)] == slot)
            return false;
        const StreamClock::duration offset = (at - origin_) % interval_;
        const StreamClock::duration trembling = spacing + spacing / 4;
        const auto can_wait = [&](StreamClock::duration from) {
            return from + trembling <= interval_ / 2;
        };
        return !can_wait(offset) && (offset <= trembling || can_wait(offset - trembling));
    }

private:
    static constexpr std::size_t kAhead = 16; ///< more slots than a decoder holds back

    static std::size_t place_of(std::int64_t slot) {
        return static_cast<std::size_t>(slot) % kAhead;
    }

    const StreamClock::duration interval_;
    StreamTime origin_{};
    StreamTime last_{};
    std::int64_t slot_ = 0;
    bool started_ = false;
    std::array<std::int64_t, kAhead> foreseen_{}; ///< slots that get a picture in any case
};

/// Decides, from motion alone, whether a sampled picture is worth a detection: while something
/// moves, for a while after (so that what came to rest is seen at rest), and now and then for what
/// is parked.
///
/// Thread-compatible.
class MotionGate {
public:
    explicit MotionGate(const DetectOptions& options)
        : between_{std::chrono::duration_cast<Duration>(
              std::chrono::duration<double>{1 / options.fps})},
          interval_{options.stationary.interval * between_},
          linger_{std::max(options.stationary.threshold, options.max_disappeared) * between_} {}

    using Duration = StreamClock::duration;

    /// How long what is parked is left alone.
    [[nodiscard]] Duration interval() const noexcept { return interval_; }

    /// \param moving  whether this picture shows motion
    /// \param at_rest after this time a picture without any is looked at
    /// \return whether to look at it.
    [[nodiscard]] bool opens(StreamTime at, bool moving, Duration at_rest) {
        if (!begun_ || moving || at < last_moved_ - linger_) // the last: time was set back
            last_moved_ = at;
        begun_ = true;
        // Half of a step: pictures tremble around their times.
        const bool lingers = at - last_moved_ <= linger_ + between_ / 2;
        const bool opens = lingers || at < last_look_ || at - last_look_ >= at_rest - between_ / 2;
        if (opens)
            last_look_ = at;
        return opens;
    }
    [[nodiscard]] bool opens(StreamTime at, bool moving) { return opens(at, moving, interval_); }

private:
    const Duration between_; ///< looks, at most
    const Duration interval_;
    const Duration linger_;
    bool begun_ = false;
    StreamTime last_moved_;
    StreamTime last_look_;
};

} // namespace vedette::pipeline
