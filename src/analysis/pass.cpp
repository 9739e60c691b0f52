#include "vedette/analysis/pass.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

namespace vedette::analysis {

bool is_on_earth(const GeoPoint& at) noexcept {
    return std::abs(at.latitude_deg) <= 90 && std::abs(at.longitude_deg) <= 180;
}

double distance_m(const GeoPoint& a, const GeoPoint& b) noexcept {
    constexpr double kRadiusM = 6'371'009;
    constexpr double kRadians = std::numbers::pi / 180;
    const double north = std::sin((b.latitude_deg - a.latitude_deg) * kRadians / 2);
    const double east = std::sin((b.longitude_deg - a.longitude_deg) * kRadians / 2);
    const double h = north * north + std::cos(a.latitude_deg * kRadians) *
                                         std::cos(b.latitude_deg * kRadians) * east * east;
    return 2 * kRadiusM * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

bool comes_before(const Pass& a, const Pass& b) noexcept {
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
}

} // namespace vedette::analysis
