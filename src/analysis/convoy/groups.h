#pragma once

#include <span>
#include <vector>

#include "convoy/score.h"

namespace vedette::analysis::convoy {

/// Companions that were together with the subject and with each other in two journeys or more, at
/// two places or more of each. Greedy: from the best companion on, each group takes every next one
/// that fits all of its members; no group is part of another.
/// \param scored  best first; those with an LLR of 0 or less are in no group
[[nodiscard]] std::vector<ConvoyGroup> find_groups(std::span<const Scored> scored,
                                                   const ConvoyOptions& options);

} // namespace vedette::analysis::convoy
