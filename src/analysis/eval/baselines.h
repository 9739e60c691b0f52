#pragma once

#include "vedette/analysis/eval_following.h"

namespace vedette::analysis {

/// What each method makes of the same co-sightings; higher is more suspicious.
[[nodiscard]] double baseline_score(FollowingMethod method, const Finding& finding);

} // namespace vedette::analysis
