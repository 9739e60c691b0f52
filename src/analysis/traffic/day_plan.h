#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "traffic/city.h"
#include "traffic/population.h"

namespace vedette::analysis {

inline constexpr std::int64_t kSecondUs = 1'000'000;
inline constexpr std::int64_t kDayUs = 86'400 * kSecondUs;

/// Waiting for a subject: for its departure (`step` nothing) or for when it has `step` roads of its
/// way behind it.
struct Joining {
    std::uint32_t trip = 0; ///< of the subject
    std::optional<std::size_t> step;
    std::int64_t lag_us = 0; ///< after that moment; before it if negative
};

/// One drive from where the vehicle is then.
struct Leg {
    std::int64_t earliest_us = 0; ///< since the start of the simulation
    NodeIndex to = 0;
    Route way;                             ///< empty: the driver chooses when it starts
    std::optional<std::uint32_t> own_trip; ///< number of a subject's trip
    std::optional<Joining> joining;
};

/// A vehicle on one road, from entering to leaving it.
struct Drive {
    std::size_t vehicle = 0;
    EdgeIndex edge = 0;
    std::int64_t enters_us = 0;
    std::int64_t leaves_us = 0;
    std::optional<std::uint32_t> trip{}; ///< of a subject: its own, or the one that it joins
};

/// What each vehicle does on a day, by its use. A pure function of seed, vehicle and day.
class DayPlanner {
public:
    /// Borrows both.
    DayPlanner(const City& city, const std::vector<TownVehicle>& vehicles, std::uint64_t seed,
               int first_weekday)
        : city_{city}, vehicles_{vehicles}, seed_{seed}, first_weekday_{first_weekday} {}

    [[nodiscard]] std::vector<Leg> plan(std::size_t vehicle, int day) const;

private:
    class Draft;
    [[nodiscard]] bool is_weekend(int day) const { return (first_weekday_ + day) % 7 >= 5; }
    void commute(Draft& draft, int day) const;
    void school_run(Draft& draft, int day) const;
    void deliver(Draft& draft, int day) const;
    void drive_taxi(Draft& draft) const;
    void drive_bus(Draft& draft) const;
    void pass_through(Draft& draft, int day) const;
    void run_errands(Draft& draft, int most) const;
    void leisure(Draft& draft, int day) const;
    void drive_truck(Draft& draft, int day) const;
    void go_to_event(Draft& draft, int day) const;

    const City& city_;
    const std::vector<TownVehicle>& vehicles_;
    std::uint64_t seed_;
    int first_weekday_; ///< 0: Monday
};

} // namespace vedette::analysis
