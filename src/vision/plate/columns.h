#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "vedette/domain/plate.h"
#include "vedette/vision/sign_confusion.h"

namespace vedette::vision {

/// The characters of one read and what they count.
struct WeightedCharacters {
    std::span<const domain::PlateCharacter> characters; ///< borrowed
    double weight = 1;                                  ///< > 0
};

/// Aligns reads of one plate and gives one distribution per column: a weighted geometric mean.
///
/// \param reads  heaviest first: it is the frame that the others are aligned to
/// \param exponent  on top of the mean: 1 says that all reads together are worth one, n that they
/// are n witnesses
/// \param confusion  measured: a sign that one read named is then held against the others by how
/// often it is read as what they named; signs that no read named stay out. Null: a read speaks for
/// the signs it named alone
/// \return best first in each column; "" is "no sign here". Probabilities of a
/// column sum to 1.
[[nodiscard]] std::vector<domain::PlateCharacter>
fuse_columns(std::span<const WeightedCharacters> reads, double exponent,
             const SignConfusion* confusion = nullptr);

/// Edits (insert, delete, replace) between two texts as a share of the longer one's length, 0..1,
/// by code points.
[[nodiscard]] double text_difference(std::string_view a, std::string_view b);

} // namespace vedette::vision
