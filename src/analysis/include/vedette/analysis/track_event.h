#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/track.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

namespace vedette::analysis {

inline constexpr std::string_view kTrackEvent = "mobile.track";
/// Of one event.
inline constexpr std::size_t kMaxTrackEventFixes = 1'000;

/// Where a mobile node was, as an event of the log: form 1 of schema/mobile_track.v1.json.
struct TrackEvent {
    domain::EventId id;
    std::string mobile; ///< name of the node
    std::string source; ///< "gpsd", "nmea" or "api"
    /// Added to the times that the receiver gave, so that `fixes` are in this machine's time.
    std::chrono::microseconds clock_offset{0};
    std::vector<TrackFix> fixes; ///< one or more, in order of time
    friend bool operator==(const TrackEvent&, const TrackEvent&) = default;
};

[[nodiscard]] std::string track_event_to_json(const TrackEvent& event);
/// \return invalid_argument naming the member and what it must be.
[[nodiscard]] Result<TrackEvent> track_event_from_json(std::string_view json);

/// A batch of fixes as the API takes it, `{"fixes": [{"time", "lat", "lon", "speed", "course",
/// "accuracy"}]}`: 1 to kMaxTrackEventFixes, in any order; the order of times is made.
/// \return invalid_argument naming the member and what it must be.
[[nodiscard]] Result<std::vector<TrackFix>> track_batch_from_json(std::string_view json);

} // namespace vedette::analysis
