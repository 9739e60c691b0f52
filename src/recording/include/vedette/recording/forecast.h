#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/janitor.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// What comes to a tier from the one before it.
struct MoveRules {
    std::chrono::seconds after{0}; ///< of this age, at least Janitor::kGrace
    bool continuous = true;        ///< where nothing was, or something merely moved
    bool events = true;            ///< detections and alerts
    double bytes_per_second = 0;   ///< at most; 0: as fast as it goes
    friend bool operator==(const MoveRules&, const MoveRules&) = default;
};

/// One tier, for those who reckon.
struct TierRoom {
    std::string tier; ///< its id
    int number = 1;   ///< its place in the configuration
    RetentionRules rules{};
    MoveRules moves{};                            ///< of all but the first
    std::optional<RecordingFiles::Space> space{}; ///< nothing: it is away
};

/// What came in lately of one camera, as if it had done so for a whole day.
struct CameraForecast {
    domain::CameraId camera;
    double bytes_per_day = 0;
    double event_bytes_per_day = 0; ///< of them
};

/// How long the room on one tier lasts.
struct TierForecast {
    std::string tier{};
    int number = 1;
    std::uint64_t bytes = 0;        ///< that recordings take there now
    double room_bytes = 0;          ///< that they may take; 0 while it is away
    double bytes_per_day = 0;       ///< that come there
    double event_bytes_per_day = 0; ///< of them
    double days = 0;                ///< of that which there is room for; 0: not known
};

/// How long what there is room for lasts, by what was recorded lately.
struct RecordingForecast {
    double bytes_per_day = 0; ///< that came in over the last day, or since the oldest segment
    double days = 0; ///< that fit into the limits, if everything were kept; 0: not known yet
    std::vector<CameraForecast> cameras{}; ///< by name
    std::vector<TierForecast> tiers{};     ///< in the order of the configuration
};
/// \return errors of the index.
[[nodiscard]] Result<RecordingForecast> forecast(const ports::RecordingIndex& index,
                                                 std::span<const TierRoom> tiers);

} // namespace vedette::recording
