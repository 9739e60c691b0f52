#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::vision {

/// How light it was and how much there was to see, over the last minute: tells what came at once
/// from what came with dusk or fog.
///
/// Thread-compatible.
class RecentSight {
public:
    void note(SteadyTime at, float luminance, float detail) {
        const double weight = last_ ? share_of(at - *last_) : 1;
        luminance_ += weight * (luminance - luminance_);
        detail_ += weight * (detail - detail_);
        last_ = at;
    }
    /// Nothing was seen for so long that nothing can be said.
    [[nodiscard]] bool is_stale(SteadyTime at) const { return !last_ || at - *last_ > kStale; }
    [[nodiscard]] bool faded_at_once(float detail) const { return detail_ > 2.0 * detail + 0.15; }
    [[nodiscard]] bool darkened_at_once(float luminance) const {
        return luminance_ > kJump * luminance + kJumpOffset;
    }
    [[nodiscard]] bool light_jumped(float luminance) const {
        return std::abs(luminance_ - luminance) > 25 ||
               std::max(luminance_, double{luminance}) >
                   kJump * std::min(luminance_, double{luminance}) + kJumpOffset;
    }

private:
    static constexpr std::chrono::seconds kMemory{60};
    static constexpr std::chrono::minutes kStale{10};

    /// Grey levels in the dark of night are few.
    static constexpr double kJump = 1.6;
    static constexpr double kJumpOffset = 4;

    static double share_of(SteadyTime::duration time) {
        return 1 - std::exp(-std::chrono::duration<double>(time) / kMemory);
    }

    double luminance_ = 0;
    double detail_ = 0;
    std::optional<SteadyTime> last_;
};

} // namespace vedette::vision
