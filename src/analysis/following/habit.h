#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "following/gather.h"

namespace vedette::analysis {

/// A plate that is easily read as another.
struct Confusable {
    VehicleIndex vehicle = kNoVehicle;
    double chance = 0;       ///< 0..1, of reading it so
    bool is_subject = false; ///< one pass of the subject, read twice
};

/// What is remembered of one vehicle, as its own ways: without the passes that are evidence in the
/// session in question and in later ones. Those of earlier sessions count, so that the chances
/// multiply to the chance of all evidence together.
struct VehiclePast {
    const GatherFrom& from;
    const std::vector<Read>& reads;
    const std::vector<std::uint32_t>& tags; ///< one per read: 0, or the session it is evidence in
    std::vector<Confusable> confusable = {};
    std::uint32_t session = 0; ///< in question, from 1

    [[nodiscard]] bool counts(std::size_t read) const noexcept { return tags[read] < session; }
    /// How often it left camera a, and how often it went on to b.
    [[nodiscard]] std::pair<double, double> own_turns(CameraIndex a, CameraIndex b) const;
    /// Everything of a co-sighting but what lies between it and the one before.
    [[nodiscard]] CoSighting entry(const Read& subject, const Read& vehicle) const;
};

/// Passes per second of some vehicle at this camera at this time of day, from its passes on other
/// days: a kernel over the time of day, days weighted by age.
[[nodiscard]] double habit_hz(const GatherFrom& from, const std::vector<Read>& reads,
                              CameraIndex camera, std::int64_t at);

/// Remembered plates that are easily read as this vehicle's.
[[nodiscard]] std::vector<Confusable>
confusable_vehicles(const GatherFrom& from, VehicleIndex subject, VehicleIndex vehicle);

} // namespace vedette::analysis
