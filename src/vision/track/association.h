#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "track/assignment.h"
#include "track/tracklet.h"
#include "vedette/domain/detection.h"

namespace vedette::vision {

/// When a detection may continue a track.
struct MatchRule {
    float least = 0.2F; ///< 0..1, similarity below this never matches
    bool times_score =
        false; ///< similarity is overlap × score, as in ByteTrack's first association
    float widen =
        0; ///< both boxes grow by this share of their size on each side before they are compared
};

/// A lost parked object comes back only where it stood: 0..1, least overlap with its place.
constexpr float kReturnToPlaceIou = 0.5F;

/// Overlap of two boxes that each grow by `widen` of their size on every side; may leave the
/// picture.
[[nodiscard]] float widened_iou(const domain::NormBox& a, const domain::NormBox& b,
                                float widen) noexcept;

/// The best pairing of some tracks with some detections under a rule.
/// \return pairs of positions in `tracks` and `detections` (both hold indices into `all_tracks`,
/// `all_detections`).
[[nodiscard]] std::vector<Match> associate(std::span<const Tracklet> all_tracks,
                                           std::span<const std::size_t> tracks,
                                           std::span<const domain::Detection> all_detections,
                                           std::span<const std::size_t> detections,
                                           const MatchRule& rule);

} // namespace vedette::vision
