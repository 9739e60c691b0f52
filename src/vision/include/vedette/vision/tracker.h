#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/domain/detection.h"
#include "vedette/domain/track.h"

namespace vedette::vision {

/// ByteTrack's thresholds, and when a track counts as real, parked and gone.
struct TrackerOptions {
    float high_score = 0.6F;      ///< 0..1, detections of the first association
    float low_score = 0.1F;       ///< 0..1, weaker ones are ignored
    float new_track_score = 0.6F; ///< 0..1, a detection must have to start a track
    /// Label -> what stands for both high_score and new_track_score there, 0..1.
    std::map<std::string, float> score_of_label = {};
    float first_match_iou = 0.2F;  ///< 0..1, least overlap (times score) in the first association
    float second_match_iou = 0.5F; ///< 0..1, least overlap in the second association
    float unconfirmed_match_iou = 0.3F;
    int confirm_hits = 2; ///< detections before a track is believed; 1: at once. More: also
    std::chrono::milliseconds confirm_after{120}; ///< how long it must have been seen for that
    std::chrono::milliseconds forget_after{1500}; ///< a track unseen for longer is closed
    std::chrono::milliseconds forget_stationary_after{10'000}; ///< the same for a parked one
    std::chrono::milliseconds stationary_after{5'000};         ///< hardly moved for so long: parked
    float stationary_iou = 0.8F;  ///< 0..1, overlap that counts as "hardly moved"
    std::size_t max_tracks = 512; ///< beyond this the weakest track is closed and counted
};

/// Follows detections of one camera over time.
///
/// Thread-compatible. Memory is bounded by max_tracks. Method: Zhang et al., "ByteTrack:
/// Multi-Object Tracking by Associating Every Detection Box", ECCV 2022, with real timestamps in
/// the motion model.
class Tracker {
public:
    virtual ~Tracker() = default;

    /// Also called for a frame without detections: that is how tracks end.
    /// \pre `at` is later than in every earlier call. After a jump (time gap larger than
    /// forget_after) old tracks close.
    virtual domain::TrackChanges update(StreamTime at,
                                        std::span<const domain::Detection> detections) = 0;
    /// Ends every track; for the end of a stream.
    virtual domain::TrackChanges finish() = 0;
    [[nodiscard]] virtual std::size_t size() const = 0; ///< tracks alive
    [[nodiscard]] virtual std::size_t
    pushed_out() const = 0; ///< tracks closed by max_tracks so far
};

/// `aspect_ratio` is picture width / height: motion is modelled in square units.
[[nodiscard]] std::unique_ptr<Tracker> make_byte_tracker(const TrackerOptions& options,
                                                         float aspect_ratio);

} // namespace vedette::vision
