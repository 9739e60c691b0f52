#pragma once

#include <span>

#include "vedette/domain/plate.h"

namespace vedette::vision {

/// Several reads of one plate in one picture, cut out a little differently, as one read: their
/// characters' geometric mean. What a reader sees by chance of the cut drops out; what is on the
/// plate stays.
///
/// Confidence: the product of the best probability of every place. \pre looks is not empty
[[nodiscard]] domain::PlateRead combine_looks(std::span<const domain::PlateRead> looks);

} // namespace vedette::vision
