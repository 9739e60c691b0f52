#pragma once

#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/domain/geometry.h"
#include "vedette/domain/ids.h"

namespace vedette::domain {

/// One thing followed over time at one camera, as it stands after the last update.
struct Track {
    TrackId id;
    std::string label;    ///< the label that most of its score-weighted detections carried
    NormBox box;          ///< of the last detection, smoothed by the motion model
    float score = 0;      ///< 0..1, of the last detection
    float best_score = 0; ///< 0..1, highest so far
    int hits = 0;         ///< detections matched so far
    StreamTime first_seen;
    StreamTime last_seen;
    bool confirmed = false;  ///< seen often enough to be believed
    bool stationary = false; ///< has not moved for a while: a parked car
    NormPoint velocity;      ///< picture widths and heights per second
    friend bool operator==(const Track&, const Track&) = default;
};

/// What one update changed. Every track appears in `closed` exactly once in its life.
struct TrackChanges {
    std::vector<Track> updated; ///< matched to a detection in this update, new ones included
    /// For updated[i]: the index of its detection in the span given to update().
    std::vector<std::size_t> detection_index;
    std::vector<Track> lost;   ///< alive but not seen in this update
    std::vector<Track> closed; ///< ended now: unseen for too long, or pushed out by the limit
};

} // namespace vedette::domain
