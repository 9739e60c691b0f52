#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/forecast.h"
#include "vedette/recording/tiers.h"

namespace vedette::recording {

/// Brings segments from one tier to the next: copied, durable, read again and compared with their
/// digest, then in the index, then deleted where they were. Whatever ends it at any moment, each is
/// on one tier, whole, and what lies on another is unfinished or left over: settling removes it.
///
/// Thread-compatible.
class Mover {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        ports::RecordingIndex& index;
        Log& log;
        const Clock& clock;
        /// Lets time pass, so that others have the disk. Returns early at a stop.
        std::function<void(std::chrono::nanoseconds, const std::stop_token&)> wait;
    };
    struct Way {
        const TierFiles& from;
        Tier& to;
        const MoveRules& moves;
        const RetentionRules& rules; ///< of the tier that they come to
        /// The one before is nearly full of these: as soon as it is certain what they are.
        bool early_continuous = false;
        bool early_events = false;
    };
    struct Outcome {
        std::uint64_t segments = 0;
        std::uint64_t bytes = 0;
        bool more = false; ///< are due
    };
    static constexpr std::size_t kMostAtOnce = 100; ///< segments of one call

    explicit Mover(const Parts& parts) : parts_{parts} {}

    /// Moves what is due, the oldest of each camera first.
    /// \return errors of the index and of both disks, after which nothing is lost and the next call
    ///   goes on.
    Result<Outcome> move_due(const Way& way, WallTime now, const std::stop_token& stop);
    /// Looks at all again.
    void begin_anew() {
        looked_at_.clear();
        given_up_.clear();
    }

private:
    Status move_class(const Way& way, const domain::CameraId& camera, bool events, WallTime now,
                      const std::stop_token& stop, Outcome& out);
    [[nodiscard]] bool is_due(const Way& way, const ports::RecordedSegment& row, bool events,
                              WallTime now) const;
    /// \return whether it is there now
    Result<bool> move(const Way& way, const ports::RecordedSegment& row,
                      const std::stop_token& stop);
    Status copy(const Way& way, const TierFiles& to, const std::string& file,
                const std::stop_token& stop);
    Status copy_key(const TierFiles& from, const TierFiles& to, const std::string& file);
    Status copy_bytes(const RecordingFiles& from, RecordingFiles& to, const std::string& file,
                      double bytes_per_second, const std::stop_token& stop);
    bool is_sound(const Way& way, const ports::RecordedSegment& row);
    Status check(const Way& way, const TierFiles& to, const ports::RecordedSegment& row);

    const Parts parts_;
    std::map<std::string, WallTime> looked_at_; ///< by camera, tier and class: all until then are
    std::set<std::uint64_t> given_up_;          ///< damaged where they are
};

} // namespace vedette::recording
