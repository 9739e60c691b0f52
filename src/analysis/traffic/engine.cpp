#include "traffic/engine.h"

#include <algorithm>

namespace vedette::analysis {
namespace {

constexpr std::int64_t kHourUs = 3600 * kSecondUs;
/// Who comes so much later than it wanted has lost its subject.
constexpr std::int64_t kLostUs = 180 * kSecondUs;

} // namespace

Engine::Engine(const City& city, const std::vector<TownVehicle>& vehicles, std::uint64_t seed,
               EngineObserver& observer)
    : city_{city}, vehicles_{vehicles}, observer_{observer}, seed_{seed}, random_{mix(seed,
                                                                                      0x656E67)},
      movers_(vehicles.size()), last_out_us_(city.edges().size(), std::int64_t{-kDayUs}),
      has_incident_(city.edges().size(), 0) {
    for (std::size_t vehicle = 0; vehicle < vehicles.size(); ++vehicle)
        movers_[vehicle].at = vehicles[vehicle].home;
}

std::vector<NodeIndex> Engine::places() const {
    std::vector<NodeIndex> out;
    out.reserve(movers_.size());
    for (const Mover& mover : movers_)
        out.push_back(mover.driving && !mover.way.empty() ? city_.edges()[mover.way.back()].to
                                                          : mover.at);
    return out;
}

void Engine::schedule(std::int64_t at_us, std::size_t vehicle, Kind kind) {
    queue_.push(
        {at_us, order_++, static_cast<std::uint32_t>(vehicle), kind, movers_[vehicle].generation});
}

void Engine::begin_day(int day, std::vector<std::vector<Leg>>&& legs) {
    trip_states_.clear();
    Random random{mix(seed_, 0x696E63, static_cast<std::uint64_t>(day))};
    for (const Incident& old : incidents_)
        has_incident_[old.edge] = 0;
    incidents_.clear();
    const std::size_t edges = city_.edges().size();
    for (std::size_t left = 2 + edges / 400; left > 0; --left) {
        const auto from_us =
            day * kDayUs + static_cast<std::int64_t>(random.between(6.0, 21.0) * kHourUs);
        const auto lasts_us = static_cast<std::int64_t>(random.between(0.4, 1.6) * kHourUs);
        incidents_.push_back(
            {static_cast<EdgeIndex>(random.index(edges)), from_us, from_us + lasts_us});
        has_incident_[incidents_.back().edge] = 1;
    }
    for (std::size_t vehicle = 0; vehicle < movers_.size(); ++vehicle) {
        Mover& mover = movers_[vehicle];
        mover.legs = std::move(legs[vehicle]);
        mover.next_leg = 0;
        if (mover.driving)
            continue;       // goes on with these once it has arrived
        ++mover.generation; // what it was to begin is void
        think_of_next_leg(vehicle, day * kDayUs);
    }
}

void Engine::think_of_next_leg(std::size_t vehicle, std::int64_t now_us) {
    Mover& mover = movers_[vehicle];
    if (mover.next_leg >= mover.legs.size())
        return;
    const Leg& leg = mover.legs[mover.next_leg];
    if (leg.joining)
        return wait_for(vehicle, *leg.joining, now_us);
    const std::int64_t departs_us = std::max(leg.earliest_us, now_us + 20 * kSecondUs);
    schedule(departs_us, vehicle, Kind::departs);
    if (leg.own_trip)
        tell_trip(*leg.own_trip, std::nullopt, departs_us, now_us);
}

/// When the subject is where the follower waits for it: at once if it has been there already.
void Engine::wait_for(std::size_t vehicle, const Joining& joining, std::int64_t now_us) {
    TripState& trip = trip_states_[joining.trip];
    if (!joining.step && trip.planned_us)
        return depart_at(vehicle, *trip.planned_us + joining.lag_us, now_us);
    if (joining.step && trip.reached_us.size() > *joining.step)
        return depart_at(vehicle, trip.reached_us[*joining.step] + joining.lag_us, now_us);
    if (trip.over)
        return depart_at(vehicle, now_us - kLostUs - 1, now_us);
    trip.waiting.push_back({vehicle, joining, movers_[vehicle].generation});
}

void Engine::depart_at(std::size_t vehicle, std::int64_t wanted_us, std::int64_t now_us) {
    if (wanted_us + kLostUs < now_us) { // lost it: this leg is not driven
        ++movers_[vehicle].next_leg;
        return think_of_next_leg(vehicle, now_us);
    }
    schedule(std::max(wanted_us, now_us), vehicle, Kind::departs);
}

void Engine::tell_trip(std::uint32_t number, std::optional<std::size_t> step, std::int64_t at_us,
                       std::int64_t now_us) {
    TripState& trip = trip_states_[number];
    if (step)
        trip.reached_us.push_back(at_us);
    else
        trip.planned_us = at_us;
    std::vector<Waiting> ready;
    std::vector<Waiting> others;
    for (const Waiting& one : trip.waiting)
        (one.joining.step == step ? ready : others).push_back(one);
    trip.waiting = std::move(others);
    for (const Waiting& one : ready)
        if (movers_[one.vehicle].generation == one.generation)
            depart_at(one.vehicle, at_us + one.joining.lag_us, now_us);
}

void Engine::end_trip(std::uint32_t number, std::int64_t now_us) {
    TripState& trip = trip_states_[number];
    trip.over = true;
    const std::vector<Waiting> left = std::move(trip.waiting);
    trip.waiting.clear();
    for (const Waiting& one : left) // waited in vain
        if (movers_[one.vehicle].generation == one.generation)
            depart_at(one.vehicle, now_us - kLostUs - 1, now_us);
}

void Engine::depart(std::size_t vehicle, std::int64_t now_us) {
    Mover& mover = movers_[vehicle];
    Leg& leg = mover.legs[mover.next_leg++];
    const bool as_planned = !leg.way.empty() && city_.edges()[leg.way.front()].from == mover.at;
    if (as_planned)
        mover.way = std::move(leg.way);
    else // its taste, and now and then another way
        mover.way = city_.route(
            mover.at, leg.to,
            {.taste = mix(vehicles_[vehicle].taste, random_.chance(0.15) ? random_.below(4) : 0)});
    mover.step = 0;
    mover.driving = true;
    mover.own_trip = leg.own_trip;
    mover.joined_trip.reset();
    ++trips_;
    if (leg.joining && as_planned) {
        mover.joined_trip = leg.joining->trip;
        observer_.joined(vehicle, leg.joining->trip, now_us);
    }
    reach(vehicle, now_us);
}

void Engine::reach(std::size_t vehicle, std::int64_t now_us) {
    Mover& mover = movers_[vehicle];
    if (mover.step > 0)
        mover.at = city_.edges()[mover.way[mover.step - 1]].to;
    if (mover.own_trip)
        tell_trip(*mover.own_trip, mover.step, now_us, now_us);
    if (mover.step >= mover.way.size())
        return arrive(vehicle, now_us);
    enter(vehicle, mover.way[mover.step++], now_us);
}

void Engine::arrive(std::size_t vehicle, std::int64_t now_us) {
    Mover& mover = movers_[vehicle];
    mover.driving = false;
    mover.way.clear();
    if (mover.own_trip)
        end_trip(*mover.own_trip, now_us);
    mover.own_trip.reset();
    think_of_next_leg(vehicle, now_us);
}

bool Engine::is_blocked(EdgeIndex edge, std::int64_t at_us) const {
    return has_incident_[edge] != 0 &&
           std::any_of(incidents_.begin(), incidents_.end(), [&](const Incident& incident) {
               return incident.edge == edge && incident.from_us <= at_us && at_us < incident.to_us;
           });
}

double Engine::speed_factor(EdgeIndex edge, std::int64_t at_us) const {
    const std::int64_t hour = at_us % kDayUs / kHourUs;
    double factor = 1;
    if ((hour >= 7 && hour < 9) || (hour >= 16 && hour < 18))
        factor = 0.8;
    return is_blocked(edge, at_us) ? factor / 3 : factor;
}

void Engine::enter(std::size_t vehicle, EdgeIndex edge, std::int64_t now_us) {
    const RoadEdge& road = city_.edges()[edge];
    const double speed_mps = road.speed_mps * vehicles_[vehicle].pace * speed_factor(edge, now_us) *
                             random_.between(0.92, 1.05);
    const auto takes_us = static_cast<std::int64_t>(road.length_m / speed_mps * kSecondUs);
    const std::int64_t headway_us = road.headway_us * (is_blocked(edge, now_us) ? 5 : 1);
    const std::int64_t at_line_us = std::max(now_us + takes_us, last_out_us_[edge] + headway_us);
    std::int64_t leaves_us = city_.green_from_us(edge, at_line_us);
    if (!city_.nodes()[road.to].signal && road.kind == RoadClass::street)
        leaves_us += static_cast<std::int64_t>(random_.between(0.5, 4.0) * kSecondUs);
    last_out_us_[edge] = leaves_us;
    const Mover& mover = movers_[vehicle];
    observer_.drives({.vehicle = vehicle,
                      .edge = edge,
                      .enters_us = now_us,
                      .leaves_us = leaves_us,
                      .trip = mover.own_trip ? mover.own_trip : mover.joined_trip});
    schedule(leaves_us, vehicle, Kind::reaches);
}

std::optional<std::int64_t> Engine::step(std::int64_t end_us) {
    if (queue_.empty() || queue_.top().at_us >= end_us)
        return std::nullopt;
    const Happening next = queue_.top();
    queue_.pop();
    const bool is_void =
        next.kind == Kind::departs && next.generation != movers_[next.vehicle].generation;
    if (is_void)
        return next.at_us;
    if (next.kind == Kind::departs)
        depart(next.vehicle, next.at_us);
    else
        reach(next.vehicle, next.at_us);
    return next.at_us;
}

} // namespace vedette::analysis
