#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::analysis::testing {

/// Synthetic traffic of a town whose crossings are a grid, each with a camera. The same seed gives
/// the same traffic.
class Streets {
public:
    static constexpr std::int64_t kSecond_us = 1'000'000;
    static constexpr std::int64_t kMinute_us = 60 * kSecond_us;
    static constexpr std::int64_t kHour_us = 60 * kMinute_us;
    static constexpr std::int64_t kDay_us = 24 * kHour_us;
    struct Trip {
        std::vector<int> crossings;
        std::vector<std::int64_t> at_us;
    };

    explicit Streets(std::uint64_t seed, int side = 6) : random_{seed}, side_{side} {}

    std::int64_t number(std::int64_t below) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
    }
    static WallTime at(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }

    /// A way of this many crossings, without turning back, from somewhere.
    Trip trip(std::int64_t start_us, int crossings) {
        Trip trip;
        int x = static_cast<int>(number(side_));
        int y = static_cast<int>(number(side_));
        int direction = static_cast<int>(number(4));
        for (int i = 0; i < crossings; ++i) {
            trip.crossings.push_back(y * side_ + x);
            trip.at_us.push_back(start_us);
            start_us += kMinute_us + number(40 * kSecond_us);
            if (number(3) == 0)
                direction = (direction + (number(2) == 0 ? 1 : 3)) % 4;
            while (!step(x, y, direction))
                direction = (direction + 1) % 4;
        }
        return trip;
    }

    /// The same way, this much later (or earlier), a few seconds more or less.
    Trip behind(const Trip& other, std::int64_t lag_us, std::int64_t jitter_us = 4 * kSecond_us) {
        Trip trip = other;
        for (std::int64_t& at_us : trip.at_us)
            at_us += lag_us + number(2 * jitter_us) - jitter_us;
        return trip;
    }

    /// Is read along it, one read in `missed` left out.
    void drive(const std::string& plate, const Trip& trip, std::int64_t missed = 12) {
        for (std::size_t i = 0; i < trip.crossings.size(); ++i) {
            if (number(missed) == 0)
                continue;
            auto event = ports::testing::sample_sighting("e" + std::to_string(events.size()), plate,
                                                         trip.at_us[i]);
            event.camera = domain::CameraId{"c" + std::to_string(trip.crossings[i])};
            event.plate->confidence = 0.97F;
            events.push_back(std::move(event));
        }
    }

    /// Strangers, each with some trips a day at any hour between 6 and 22.
    void strangers(int vehicles, int days, int trips_a_day) {
        for (int v = 0; v < vehicles; ++v)
            for (int day = 0; day < days; ++day)
                for (int i = 0; i < trips_a_day; ++i)
                    drive("S" + std::to_string(v),
                          trip(day * kDay_us + 6 * kHour_us + number(16 * kHour_us), 6));
    }

    std::vector<domain::Event> events;

private:
    bool step(int& x, int& y, int direction) const {
        constexpr int kDx[] = {1, 0, -1, 0};
        constexpr int kDy[] = {0, 1, 0, -1};
        const int to_x = x + kDx[direction];
        const int to_y = y + kDy[direction];
        if (to_x < 0 || to_y < 0 || to_x >= side_ || to_y >= side_)
            return false;
        x = to_x;
        y = to_y;
        return true;
    }
    std::mt19937_64 random_;
    int side_;
};

} // namespace vedette::analysis::testing
