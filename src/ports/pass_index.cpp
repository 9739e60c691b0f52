#include "vedette/ports/pass_index.h"

#include <chrono>
#include <string>

namespace vedette::ports {

WallTime hour_of(WallTime time) noexcept {
    constexpr std::chrono::microseconds kHour = std::chrono::hours{1};
    const auto into_it = (time.time_since_epoch() % kHour + kHour) % kHour;
    return time < WallTime::min() + into_it ? WallTime::min() : time - into_it;
}

Status check_pass_plate(std::string_view plate) {
    if (plate.empty())
        return Error{ErrorCode::invalid_argument, "plate must have a letter or digit"};
    return {};
}

Status check_pass_limit(std::size_t limit) {
    if (limit < 1 || limit > PassIndex::kMostRows)
        return Error{ErrorCode::invalid_argument,
                     "limit must be 1..100000, is " + std::to_string(limit)};
    return {};
}

} // namespace vedette::ports
