#pragma once

#include <map>
#include <span>
#include <vector>

#include "ocr/ctc/beam_search.h"

namespace vedette::vision {

/// No class: "no sign at this place".
inline constexpr int kNoClass = -1;

/// Class -> probability, at one place of the best hypothesis or between two of them.
using ConsensusPlace = std::map<int, double>;

/// Hypotheses aligned to the first of them; at each place the share of each class among all.
///
/// Method: Mangu, Brill and Stolcke, "Finding consensus in speech recognition", 2000, with the best
/// hypothesis as the frame. \return empty without hypotheses
[[nodiscard]] std::vector<ConsensusPlace> consensus(std::span<const CtcHypothesis> hypotheses);

} // namespace vedette::vision
