#pragma once

#include <algorithm>
#include <chrono>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// Holds work to a share of one core: a token bucket of run time. It fills at `share` seconds a
/// second, up to `most`; work may begin while something is in it, and takes out what it took, so
/// that one long piece is paid for by a pause.
///
/// Thread-compatible. Time is given, so it is the same in every test.
class LoadCap {
public:
    using Seconds = std::chrono::duration<double>;

    /// \param share  0..1 of one core
    /// \param most   what is saved up, at most
    LoadCap(double share, Seconds most) : share_{share}, most_{most}, saved_{most} {}

    [[nodiscard]] bool may_begin(SteadyTime now) {
        if (last_ != SteadyTime{})
            saved_ = std::min(most_, saved_ + share_ * Seconds{now - last_});
        last_ = now;
        return share_ > 0 && saved_ > Seconds{0};
    }
    void ran(Seconds took) { saved_ -= took; }

private:
    const double share_;
    const Seconds most_;
    Seconds saved_;
    SteadyTime last_{};
};

} // namespace vedette::pipeline
