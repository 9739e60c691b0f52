#pragma once

#include <set>
#include <string>

#include "traffic/random.h"

namespace vedette::analysis {

/// Plates as several countries form them, each given once. Not of real vehicles: letters and digits
/// are drawn by chance.
class PlateMaker {
public:
    explicit PlateMaker(std::uint64_t seed) : random_{seed} {}
    /// Of a country by chance, most from `home` ones.
    std::string next();
    /// Counts on from the plate before it, as those of a fleet do.
    std::string next_of_fleet();

private:
    std::string draw();

    Random random_;
    std::set<std::string> given_;
    std::string fleet_;
};

} // namespace vedette::analysis
