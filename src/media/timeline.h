#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::media {

/// Turns the timestamps that a stream carries into a continuous time that starts at 0.
///
/// Missing presentation times come from decoding times, missing decoding times from the nominal
/// distance. A decoding time that steps back by more than a second (smaller steps are re-ordering),
/// forward by more than ten, or stands still is a discontinuity: time goes on from the packet
/// before by the nominal distance, or by how long the packet really took to arrive where that is
/// known (live). The rules are explained in docs/design/time.md.
///
/// Thread-compatible.
class Timeline {
public:
    using Duration = StreamClock::duration;

    struct Stamps {
        std::optional<Duration> presentation{};
        std::optional<Duration> decoding{};
        std::optional<Duration>
            arrived_after{}; ///< real time since the packet before; live streams only
    };
    struct Repaired {
        StreamTime at;       ///< presentation
        StreamTime decoding; ///< for decoders that re-order; at most `at`
        bool discontinuity = false;
    };

    /// \pre nominal > 0: the usual distance between pictures
    explicit Timeline(Duration nominal) : nominal_{nominal} {}

    [[nodiscard]] Repaired add(const Stamps& stamps);
    /// The next packet continues after the last one, whatever its timestamps say (a file starts
    /// again).
    void restart() { restarting_ = true; }
    /// What is added to the stream's own times now; nothing before the first packet.
    [[nodiscard]] std::optional<Duration> offset() const {
        return last_ ? std::optional{offset_} : std::nullopt;
    }
    [[nodiscard]] std::uint64_t discontinuities() const noexcept { return discontinuities_; }

private:
    [[nodiscard]] bool is_jump(Duration decoding);

    Duration nominal_;
    std::optional<Duration> last_; ///< decoding time of the packet before, as the stream says
    Duration offset_{0};           ///< stream's time + offset = ours
    int standing_still_ = 0;
    bool restarting_ = false;
    std::uint64_t discontinuities_ = 0;
};

} // namespace vedette::media
