#include "vedette/base/backoff.h"

#include <algorithm>
#include <cmath>

namespace vedette {

std::chrono::milliseconds Backoff::next() {
    constexpr int kMostDoublings = 30;
    const double doubled = std::ldexp(static_cast<double>(options_.first.count()),
                                      std::min(failures_, kMostDoublings));
    ++failures_;
    const double whole = std::min(doubled, static_cast<double>(options_.longest.count()));
    std::uniform_real_distribution<double> chance{1.0 - options_.jitter, 1.0};
    return std::chrono::milliseconds{std::llround(whole * chance(random_))};
}

} // namespace vedette
