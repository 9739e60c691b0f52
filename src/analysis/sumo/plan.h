#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::analysis {

struct SumoFollower {
    std::string vehicle; ///< as SUMO calls it
    std::string tactic;
    int wanted_trips = 0; ///< at least as many as there are in `trips`
    /// Names of SUMO's trips: the subject's, and the one by which it was joined.
    std::vector<std::pair<std::string, std::string>> trips;
};
struct SumoSubject {
    std::string vehicle;
    std::vector<SumoFollower> followers;
};

/// Reads {"subjects": [{"vehicle", "followers": [{"vehicle", "tactic", "trips": [[S, F], …],
/// "wanted_trips"}]}]}; the last may be left out.
/// \return not_found, permission_denied, invalid_argument naming the member.
Result<std::vector<SumoSubject>> read_sumo_plan(const std::filesystem::path& file);

} // namespace vedette::analysis
