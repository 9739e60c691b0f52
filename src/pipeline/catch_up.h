#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// Which packets of a live stream are left undecoded, so that a machine that cannot decode as fast
/// as pictures come stays in the present: once it is a second behind, everything up to the next key
/// frame that is on time. Reading without decoding is quick, so what waits is soon passed over.
///
/// Behind means: later than the earliest that packets of this stream have come, by its own clock.
/// That clock may run slow by a thousandth; a step in it is no delay. Packets come in the order of
/// decoding, so the newest time so far counts: pictures that are shown before it are not late.
///
/// Thread-compatible.
class CatchUp {
public:
    /// \param at  time of the packet in its stream
    [[nodiscard]] bool leaves_out(SteadyTime now, StreamTime at, bool key_frame) {
        const bool behind = lag(now, at) > kMost;
        passing_over_ = behind || (passing_over_ && !key_frame);
        return passing_over_;
    }

private:
    using Duration = SteadyTime::duration;
    static constexpr Duration kMost = std::chrono::seconds{1};
    static constexpr Duration kStep = std::chrono::seconds{30}; ///< more than any reordering
    static constexpr int kDrift = 1000;                         ///< one part in so many

    Duration lag(SteadyTime now, StreamTime at) {
        if (at < newest_ - kStep)
            earliest_.reset();
        newest_ = earliest_ ? std::max(newest_, at) : at;
        const Duration offset = now.time_since_epoch() - newest_.time_since_epoch();
        if (!earliest_ || offset - *earliest_ > kStep) {
            earliest_ = offset;
            passing_over_ = false;
        } else {
            earliest_ = std::min(offset, *earliest_ + (now - last_) / kDrift);
        }
        last_ = now;
        return offset - *earliest_;
    }

    std::optional<Duration> earliest_; ///< now minus stream time, of packets that came on time
    SteadyTime last_;
    StreamTime newest_;
    bool passing_over_ = false;
};

} // namespace vedette::pipeline
