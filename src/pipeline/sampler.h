#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "vedette/base/clock.h"
#include "vedette/pipeline/options.h"

namespace vedette::pipeline {

/// Picks pictures for detection by their own time, at most `fps` a second and evenly spread.
///
/// Thread-compatible.
class RateSampler {
public:
    explicit RateSampler(double fps) : interval_{static_cast<std::int64_t>(1e6 / fps)} {}

    /// \return whether the picture at `at` is due. A jump back in time starts anew.
    [[nodiscard]] bool is_due(StreamTime at) {
        if (!started_ || at < next_ - 2 * interval_) {
            started_ = true;
            next_ = at + interval_;
            return true;
        }
        // A picture a little early is the one meant: with 25 frames a second none lies exactly at 1/6 s.
        if (at + interval_ / 20 < next_)
            return false;
        next_ = std::max(next_ + interval_, at + interval_ / 2);
        return true;
    }

private:
    const StreamClock::duration interval_;
    StreamTime next_{};
    bool started_ = false;
};

/// Decides, from motion alone, whether a sampled picture is worth a detection: while something moves, for a while after
/// (so that what came to rest is seen at rest), and now and then for what is parked.
///
/// Thread-compatible.
class MotionGate {
public:
    explicit MotionGate(const DetectOptions& options)
        : interval_{options.stationary.interval}, linger_{std::max(options.stationary.threshold, options.max_disappeared)} {}

    /// \param moving whether this picture shows motion. \return whether to look at it.
    [[nodiscard]] bool opens(bool moving) {
        still_ = moving ? 0 : still_ + 1;
        if (still_ <= linger_ || idle_ + 1 >= interval_) {
            idle_ = 0;
            return true;
        }
        ++idle_;
        return false;
    }

private:
    const int interval_;
    const int linger_;
    int still_ = 0; ///< sampled pictures since the last motion
    int idle_ = 0;  ///< sampled pictures passed over in a row
};

} // namespace vedette::pipeline
