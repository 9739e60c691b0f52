#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vedette::vision {

/// A sequence of classes, blanks and repetitions removed, and its probability summed over all its
/// paths.
struct CtcHypothesis {
    std::vector<int> classes;
    double probability = 0;
    friend bool operator==(const CtcHypothesis&, const CtcHypothesis&) = default;
};

/// The most probable sequences of a connectionist temporal classification, best first, at most
/// `width`.
///
/// Method: prefix beam search, Graves, "Supervised Sequence Labelling with Recurrent Neural
/// Networks", 2012, ch. 7. \param probabilities  time x classes, each row a distribution \pre width
/// > 0; probabilities.size() is a multiple of `classes`; 0 <= blank < classes
[[nodiscard]] std::vector<CtcHypothesis> ctc_beam_search(std::span<const float> probabilities,
                                                         std::size_t classes, int blank,
                                                         std::size_t width);

} // namespace vedette::vision
