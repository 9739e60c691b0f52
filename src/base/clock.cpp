#include "vedette/base/clock.h"

namespace vedette {

WallTime SystemClock::wall_now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady_now() const { return std::chrono::steady_clock::now(); }

WallTime ManualClock::wall_now() const {
    return start_ + std::chrono::microseconds{elapsed_us_.load()};
}

SteadyTime ManualClock::steady_now() const {
    return SteadyTime{} + std::chrono::microseconds{elapsed_us_.load()};
}

void ManualClock::advance(std::chrono::microseconds by) { elapsed_us_ += by.count(); }

} // namespace vedette
