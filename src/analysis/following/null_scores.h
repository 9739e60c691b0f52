#pragma once

#include <cstddef>
#include <vector>

#include "following/state_bytes.h"

namespace vedette::analysis {

/// How high innocent vehicles score: scores of decoys' candidates, and over how many subject-months
/// they came. Beyond the highest ones the tail goes on as an exponential (Pickands-Balkema-de Haan
/// with shape 0), never falling faster than a likelihood ratio's own.
class NullScores {
public:
    NullScores() = default;
    /// \param months  of all decoys together, above 0
    NullScores(std::vector<double> scores, double months);

    [[nodiscard]] bool known() const noexcept { return months_ > 0; }
    /// Expected innocent vehicles with at least this score, per subject-month.
    [[nodiscard]] double per_month(double llr) const;
    /// The same per unit of score: how many have about this score. Below 0 as at 0.
    [[nodiscard]] double density(double of) const;

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    [[nodiscard]] std::size_t above(double llr) const;

    std::vector<double> scores_; ///< falling
    double months_ = 0;
    double threshold_ = 0; ///< where the tail begins
    double tail_ = 1;      ///< mean excess over it
    std::size_t in_tail_ = 0;
};

} // namespace vedette::analysis
