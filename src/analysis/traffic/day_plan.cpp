#include "traffic/day_plan.h"

#include <algorithm>

namespace vedette::analysis {
namespace {

constexpr int kHour = 3600;
constexpr int kMinute = 60;

} // namespace

/// The legs of one vehicle's day while they are thought of. Numbers by chance are drawn one after
/// the other, never two within one call: in which order those come is the compiler's choice.
class DayPlanner::Draft {
public:
    Draft(const City& city, const TownVehicle& of, std::uint64_t seed, std::size_t number, int day)
        : vehicle{of}, random{mix(mix(seed, number), 0x646179, static_cast<std::uint64_t>(day))},
          city_{city}, day_start_us_{day * kDayUs} {}

    void go(double second_of_day, NodeIndex to) {
        const double latest = legs.empty() ? 0 : last_s_ + kMinute;
        last_s_ = std::max(second_of_day, latest);
        legs.push_back({.earliest_us = day_start_us_ +
                                       static_cast<std::int64_t>(last_s_) * kSecondUs +
                                       static_cast<std::int64_t>(random.below(1'000'000)),
                        .to = to,
                        .way = {},
                        .own_trip = std::nullopt,
                        .joining = std::nullopt});
    }
    [[nodiscard]] double last_s() const { return last_s_; }
    NodeIndex any_place() { return static_cast<NodeIndex>(random.index(city_.nodes().size())); }
    /// Where one goes for an hour: more often near than far.
    NodeIndex place_near(NodeIndex centre) {
        NodeIndex best = any_place();
        const NodeIndex other = any_place();
        if (city_.seconds_between(centre, other) < city_.seconds_between(centre, best))
            best = other;
        return best;
    }

    const TownVehicle& vehicle;
    Random random;
    std::vector<Leg> legs;

private:
    const City& city_;
    std::int64_t day_start_us_;
    double last_s_ = 0;
};

void DayPlanner::commute(Draft& draft, int day) const {
    const TownVehicle& vehicle = draft.vehicle;
    Random& random = draft.random;
    if (is_weekend(day))
        return leisure(draft, day);
    if (random.chance(0.12)) // at home today
        return run_errands(draft, 1);
    draft.go(random.around(vehicle.leaves_home_s, 3 * kMinute), vehicle.work);
    if (random.chance(vehicle.subject ? 0.35 : 0.12)) { // out at noon
        const NodeIndex place = draft.place_near(vehicle.work);
        draft.go(random.around(12.3 * kHour, 15 * kMinute), place);
        draft.go(draft.last_s() + random.between(25.0, 60.0) * kMinute, vehicle.work);
    }
    double leaves_s = random.around(vehicle.leaves_work_s, 8 * kMinute);
    for (int stops = vehicle.subject ? random.between(0, 2) : (random.chance(0.3) ? 1 : 0);
         stops > 0; --stops) {
        draft.go(leaves_s, draft.place_near(vehicle.home));
        leaves_s = draft.last_s() + random.between(20.0, 70.0) * kMinute;
    }
    draft.go(leaves_s, vehicle.home);
    if (random.chance(vehicle.subject ? 0.4 : 0.1)) { // out in the evening
        const NodeIndex place = draft.any_place();
        draft.go(std::max(draft.last_s() + kHour, random.between(19.0, 20.5) * kHour), place);
        draft.go(draft.last_s() + random.between(1.2, 3.0) * kHour, vehicle.home);
    }
}

void DayPlanner::school_run(Draft& draft, int day) const {
    const TownVehicle& vehicle = draft.vehicle;
    Random& random = draft.random;
    if (is_weekend(day))
        return leisure(draft, day);
    const bool works = mix(vehicle.taste, 1) % 2 == 0;
    draft.go(random.around(vehicle.leaves_home_s, 2 * kMinute), vehicle.work);
    draft.go(draft.last_s() + random.between(10.0, 18.0) * kMinute,
             works ? vehicle.second : vehicle.home);
    draft.go(random.around(vehicle.leaves_work_s, 4 * kMinute), vehicle.work);
    draft.go(draft.last_s() + random.between(12.0, 25.0) * kMinute, vehicle.home);
    if (random.chance(0.3))
        run_errands(draft, 1);
}

void DayPlanner::deliver(Draft& draft, int day) const {
    if ((first_weekday_ + day) % 7 == 6)
        return;
    Random& random = draft.random;
    // A van has its quarter, and drives it every day.
    const NodeIndex quarter =
        static_cast<NodeIndex>(mix(draft.vehicle.taste, 2) % city_.nodes().size());
    double at_s = random.around(8 * kHour, 20 * kMinute);
    for (int stop = random.between(12, 26); stop > 0; --stop) {
        NodeIndex place = draft.any_place();
        for (int tries = 0; tries < 6 && city_.seconds_between(place, quarter) > 240; ++tries)
            place = draft.any_place();
        draft.go(at_s, place);
        at_s = draft.last_s() + random.between(6.0, 20.0) * kMinute;
    }
    draft.go(at_s, draft.vehicle.home);
}

void DayPlanner::drive_taxi(Draft& draft) const {
    Random& random = draft.random;
    const bool by_night = mix(draft.vehicle.taste, 3) % 3 == 0;
    double at_s = (by_night ? 14.0 : 6.0) * kHour + random.between(0.0, 1.0) * kHour;
    const double end_s = at_s + 9.5 * kHour;
    while (at_s < std::min(end_s, 23.7 * kHour)) {
        draft.go(at_s, draft.any_place()); // to a guest
        const NodeIndex place = draft.any_place();
        draft.go(draft.last_s() + random.between(8.0, 15.0) * kMinute, place);
        if (random.chance(0.4))
            draft.go(draft.last_s() + random.between(12.0, 18.0) * kMinute, draft.vehicle.home);
        at_s = draft.last_s() + random.between(10.0, 40.0) * kMinute;
    }
}

void DayPlanner::drive_bus(Draft& draft) const {
    const auto& line = draft.vehicle.line;
    double at_s = draft.vehicle.leaves_home_s;
    std::size_t stop = 0;
    while (at_s < 23 * kHour) {
        const NodeIndex from = line[stop % line.size()];
        const NodeIndex to = line[++stop % line.size()];
        draft.go(at_s, to);
        at_s = draft.last_s() + city_.seconds_between(from, to) * 1.4 + 90;
    }
}

void DayPlanner::pass_through(Draft& draft, int day) const {
    Random& random = draft.random;
    const TownVehicle& vehicle = draft.vehicle;
    if (!random.chance(vehicle.visit_chance))
        return;
    const double at_s = random.around(vehicle.leaves_home_s, 25 * kMinute);
    if (random.chance(0.3)) { // visits somebody and goes back
        draft.go(at_s, draft.any_place());
        draft.go(draft.last_s() + random.between(0.5, 5.0) * kHour, vehicle.home);
    } else {
        const bool back = day % 2 == 1;
        draft.go(at_s - 5, back ? vehicle.home : vehicle.work);
    }
}

void DayPlanner::run_errands(Draft& draft, int most) const {
    Random& random = draft.random;
    double at_s = std::max(draft.last_s() + kHour / 2.0, random.between(9.0, 15.0) * kHour);
    for (int trips = random.between(1, most); trips > 0; --trips) {
        draft.go(at_s, draft.place_near(draft.vehicle.home));
        if (random.chance(0.3)) {
            const NodeIndex place = draft.place_near(draft.vehicle.home);
            draft.go(draft.last_s() + random.between(20.0, 60.0) * kMinute, place);
        }
        draft.go(draft.last_s() + random.between(20.0, 100.0) * kMinute, draft.vehicle.home);
        at_s = draft.last_s() + random.between(0.7, 2.5) * kHour;
    }
}

/// Weekends. The vehicles of one household now and then go to one place together.
void DayPlanner::leisure(Draft& draft, int day) const {
    Random& random = draft.random;
    Random family{
        mix(seed_, 0x66616D, mix(draft.vehicle.household, static_cast<std::uint64_t>(day)))};
    const bool all_together = family.chance(0.25);
    const auto place = static_cast<NodeIndex>(family.index(city_.nodes().size()));
    const double leaves_s = family.between(9.5, 16.0) * kHour;
    const double stays_s = family.between(1.0, 4.0) * kHour;
    if (all_together) {
        draft.go(leaves_s + random.between(0.0, 45.0), place);
        draft.go(draft.last_s() + stays_s + random.between(0.0, 60.0), draft.vehicle.home);
    } else if (random.chance(draft.vehicle.subject ? 1.0 : 0.6)) {
        run_errands(draft, draft.vehicle.subject ? 3 : 2);
    }
}

void DayPlanner::drive_truck(Draft& draft, int day) const {
    if (is_weekend(day))
        return;
    Random& random = draft.random;
    const auto gates = city_.gates();
    double at_s = random.around(6 * kHour, 40 * kMinute);
    for (int rounds = random.between(1, 3); rounds > 0; --rounds) {
        draft.go(at_s, gates[random.index(gates.size())]);
        draft.go(draft.last_s() + random.between(1.5, 4.0) * kHour, draft.vehicle.home);
        at_s = draft.last_s() + random.between(0.5, 1.5) * kHour;
    }
}

/// A match or a concert: thousands come, and all leave at once.
void DayPlanner::go_to_event(Draft& draft, int day) const {
    const std::uint64_t event = mix(seed_, 0x6576656E, static_cast<std::uint64_t>(day));
    const bool takes_place = event % 4 == 0;
    const bool attends = unit_of(mix(event, draft.vehicle.taste)) < 0.06;
    if (!takes_place || !attends)
        return;
    const auto stadium = static_cast<NodeIndex>(mix(seed_, 0x73746164) % city_.nodes().size());
    Random& random = draft.random;
    const double from_s = 18.2 * kHour;
    std::erase_if(draft.legs, [&](const Leg& leg) {
        return leg.earliest_us % kDayUs > static_cast<std::int64_t>(from_s) * kSecondUs;
    });
    draft.go(std::max(from_s, random.around(19 * kHour, 15 * kMinute)), stadium);
    draft.go(21.8 * kHour + random.between(0.0, 25.0) * kMinute, draft.vehicle.home);
}

std::vector<Leg> DayPlanner::plan(std::size_t vehicle, int day) const {
    Draft draft{city_, vehicles_[vehicle], seed_, vehicle, day};
    switch (draft.vehicle.use) { // no default: a new use must be decided here
    case Use::commuter: commute(draft, day); break;
    case Use::school_run: school_run(draft, day); break;
    case Use::delivery: deliver(draft, day); break;
    case Use::taxi: drive_taxi(draft); break;
    case Use::bus: drive_bus(draft); break;
    case Use::through: pass_through(draft, day); break;
    case Use::errands:
        if (draft.random.chance(0.75))
            run_errands(draft, 2);
        break;
    case Use::truck: drive_truck(draft, day); break;
    }
    if (draft.vehicle.use == Use::commuter || draft.vehicle.use == Use::errands)
        go_to_event(draft, day);
    // A day ends at midnight; what would begin later is not done.
    std::erase_if(draft.legs, [&](const Leg& leg) {
        return leg.earliest_us < day * kDayUs || leg.earliest_us >= (day + 1) * kDayUs;
    });
    return std::move(draft.legs);
}

} // namespace vedette::analysis
