#pragma once

#include <span>
#include <vector>

#include "vedette/domain/plate.h"

namespace vedette::vision {

/// What one read says of the plate's region, and what that counts.
struct WeightedRegions {
    std::span<const domain::RegionCandidate> regions; ///< borrowed
    double weight = 1;                                ///< > 0
};

/// The weighted mean of the guesses of several reads of one plate, best first. Reads that guess
/// nothing don't count.
[[nodiscard]] std::vector<domain::RegionCandidate>
mean_regions(std::span<const WeightedRegions> reads);

} // namespace vedette::vision
