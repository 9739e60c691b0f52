#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/following_options.h"
#include "vedette/analysis/track_event.h"
#include "vedette/api/following_parts.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::app {

/// How it stands with the positions of one car.
struct MobileState {
    std::string name;
    MobileNode::Source source = MobileNode::Source::gpsd;
    bool connected = false; ///< to its receiver; always for the API
    std::string problem;    ///< why not, or what the receiver complains of; empty: nothing
    std::optional<analysis::TrackFix> last;    ///< in this machine's time
    std::chrono::microseconds clock_offset{0}; ///< of this machine ahead of the receiver
    std::uint64_t fixes = 0;                   ///< that were understood
    std::uint64_t kept = 0;                    ///< of those, on the log
    std::uint64_t bad = 0;                     ///< lines that were not understood
    std::uint64_t without = 0; ///< times the receiver said that it knows no position
    std::vector<domain::CameraId> cameras;
};
[[nodiscard]] std::string_view to_string(MobileNode::Source source) noexcept;
/// The answer of GET /following/mobiles.
[[nodiscard]] std::string mobiles_json(const std::vector<MobileState>& states);

/// Puts where cars with cameras are on the event log, as events `mobile.track`
/// (schema/mobile_track.v1.json): what their receivers say, each on a thread of its own, and what
/// is sent. So the log holds all that following needs to place a sighting, and a replay comes to
/// the same.
///
/// Times of fixes become this machine's (analysis::ClockOffset), as those of sightings are; what
/// says nothing new is left out (analysis::TrackThinner).
///
/// Thread-safe. Destroying it ends the threads.
class MobileTracker {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        ports::EventLog& events;
        Metrics& metrics;
        Log& messages;
        const Clock& clock;
    };
    explicit MobileTracker(const Parts& parts);
    ~MobileTracker();
    MobileTracker(const MobileTracker&) = delete;
    MobileTracker& operator=(const MobileTracker&) = delete;

    /// These cars and no others: those that stay as they are are not interrupted.
    void become(const std::vector<MobileNode>& nodes);
    /// Durable when it returns.
    /// \return not_found for no car's name; already_exists if a receiver says where that car is;
    ///   invalid_argument for times in the future; errors of the log: then nothing was taken
    Result<api::TrackTaken> take(const std::string& name, std::vector<analysis::TrackFix> fixes);
    [[nodiscard]] std::vector<MobileState> states() const; ///< in order of names

private:
    class Node;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The same parts, and what the API asks of cars with cameras. \param tracker  borrowed
[[nodiscard]] api::FollowingParts with_mobiles(api::FollowingParts parts, MobileTracker& tracker);

} // namespace vedette::app
