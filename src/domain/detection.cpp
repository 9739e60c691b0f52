#include "vedette/domain/detection.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace vedette::domain {

bool is_vehicle(const std::string& label) noexcept {
    constexpr std::array<std::string_view, 5> kVehicles{"car", "truck", "bus", "motorcycle",
                                                        "vehicle"};
    return std::find(kVehicles.begin(), kVehicles.end(), label) != kVehicles.end();
}

} // namespace vedette::domain
