#pragma once

#include <cstdint>

#include "eval/track_data.h"

namespace vedette::vision {

/// How a middling detector differs from the truth.
struct PerturbOptions {
    double miss_share = 0.15;      ///< 0..1, of boxes never reported
    double least_visibility = 0.2; ///< 0..1, more hidden objects are never reported
    double edge_noise = 0.04;      ///< sizes, standard deviation of each edge
    double false_alarms = 0.5;     ///< per picture, on average
};

/// Gives a sequence detections made of its counted truth. The same seed gives the same detections
/// on every machine.
void perturb_truth_into_detections(TrackSequence& sequence, const PerturbOptions& options,
                                   std::uint64_t seed);

} // namespace vedette::vision
