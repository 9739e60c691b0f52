#pragma once

#include <chrono>
#include <cstdint>

namespace vedette::analysis {

inline constexpr std::int64_t kSecond = 1'000'000; ///< microseconds
inline constexpr std::int64_t kHour = 3600 * kSecond;
inline constexpr std::int64_t kDay = 24 * kHour;

[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// Time of day and week at a fixed distance from UTC; all times in microseconds.
struct LocalTime {
    std::int64_t offset = 0;

    [[nodiscard]] constexpr std::int64_t hour(std::int64_t at) const noexcept {
        return floor_div(at + offset, kHour);
    }
    [[nodiscard]] constexpr std::int64_t day(std::int64_t at) const noexcept {
        return floor_div(at + offset, kDay);
    }
    /// 0..167, Monday 0:00 is 0. The first of January 1970 was a Thursday.
    [[nodiscard]] constexpr unsigned hour_of_week(std::int64_t at) const noexcept {
        const std::int64_t h = hour(at) + 72;
        return static_cast<unsigned>(h - floor_div(h, 168) * 168);
    }
    [[nodiscard]] constexpr bool weekend(std::int64_t at) const noexcept {
        return hour_of_week(at) >= 120;
    }
    /// Difference of two times of day, -12 h..12 h.
    [[nodiscard]] static constexpr std::int64_t day_distance(std::int64_t a,
                                                             std::int64_t b) noexcept {
        std::int64_t d = (a - b) % kDay;
        if (d > kDay / 2)
            d -= kDay;
        if (d < -kDay / 2)
            d += kDay;
        return d;
    }
};

} // namespace vedette::analysis
