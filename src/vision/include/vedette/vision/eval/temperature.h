#pragma once

#include <string_view>
#include <vector>

#include "vedette/domain/plate.h"
#include "vedette/vision/eval/reliability.h"

namespace vedette::vision {

/// Labelled reads of a reader with a fixed number of slots, for finding the one number by which its
/// logits are to be divided so that its confidences keep what they promise. Guo et al., "On
/// Calibration of Modern Neural Networks", ICML 2017: the divisor that minimises the mean negative
/// log-likelihood of the slots' right symbols.
///
/// Thread-compatible.
class TemperatureSet {
public:
    /// \param read  of one crop, every slot with every symbol of the alphabet (manifest:
    ///   temperature 1, least_probability 0)
    /// \param truth  normalized
    /// \return whether it counts: not if the truth is longer than there are slots, or has a sign
    /// that the reader does not know.
    bool add(const domain::PlateRead& read, std::string_view truth);
    [[nodiscard]] long reads() const noexcept { return static_cast<long>(reads_.size()); }

    /// kLeast..kMost; 1 without reads.
    [[nodiscard]] double fit() const;
    /// Mean over the slots, in nats.
    [[nodiscard]] double negative_log_likelihood(double temperature) const;

    struct Calibration {
        Reliability text; ///< confidence: product of the slots' best; right: exactly the truth
        Reliability
            signs; ///< of each slot that gives a sign; right: the truth's sign at that place
    };
    [[nodiscard]] Calibration calibration(double temperature) const;

    static constexpr double kLeast = 0.05;
    static constexpr double kMost = 20;

private:
    struct Slot {
        std::vector<double> logs; ///< of the symbols' probabilities, best first
        std::size_t truth = 0;    ///< index of the right one
        bool empty = false;       ///< the best one is "no sign"
    };
    std::vector<std::vector<Slot>> reads_;
};

} // namespace vedette::vision
