#include "traffic/following_plan.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace vedette::analysis {
namespace {

constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
/// Further apart, two vehicles do not pass a camera together.
constexpr std::int64_t kTogetherUs = 3 * kMinuteUs;
/// Nobody can show that a trip was followed which hardly a camera saw.
constexpr std::size_t kEnoughCameras = 3;

constexpr std::array kTactics{Tactic::close, Tactic::hand_over, Tactic::intermittent, Tactic::ahead,
                              Tactic::parallel};

std::size_t members_of(Tactic tactic, std::uint64_t chance) {
    return tactic == Tactic::hand_over ? 2 + chance % 2 : 1;
}

void append_to(Route& way, const Route& rest) { way.insert(way.end(), rest.begin(), rest.end()); }

Leg join_leg(const Route& way, const RoadEdge& last, const Joining& joining) {
    return {
        .earliest_us = 0, .to = last.to, .way = way, .own_trip = std::nullopt, .joining = joining};
}

} // namespace

std::string_view to_string(Tactic tactic) noexcept {
    switch (tactic) { // no default: a new tactic must be decided here
    case Tactic::close: return "close";
    case Tactic::hand_over: return "hand-over";
    case Tactic::intermittent: return "intermittent";
    case Tactic::ahead: return "ahead";
    case Tactic::parallel: return "parallel";
    }
    return "";
}

/// Draws vehicles, none twice.
class FollowingPlan::Draw {
public:
    Draw(const std::vector<TownVehicle>& vehicles, std::uint64_t seed)
        : random{mix(seed, 0x666F6C)}, vehicles_{vehicles} {}

    /// \return nothing if hardly any vehicle suits.
    template <class Suits>
    std::optional<std::size_t> take(const Suits& suits) {
        for (int tries = 0; tries < 100'000; ++tries) {
            const std::size_t vehicle = random.index(vehicles_.size());
            if (!taken_.contains(vehicle) && suits(vehicles_[vehicle])) {
                taken_.insert(vehicle);
                return vehicle;
            }
        }
        return std::nullopt;
    }

    Random random;
    std::size_t turn = 0; ///< teams so far

private:
    const std::vector<TownVehicle>& vehicles_;
    std::set<std::size_t> taken_;
};

std::optional<FollowingPlan::Team> FollowingPlan::draw_team(Draw& draw, std::size_t most) const {
    Team team;
    team.subject = subjects_.size() - 1;
    team.wanted = options_.trips[draw.turn % options_.trips.size()];
    // A tactic in the next turn meets another number of trips.
    team.tactic = kTactics[(draw.turn + draw.turn / kTactics.size()) % kTactics.size()];
    team.taste = draw.random.next();
    ++draw.turn;
    const std::size_t size = std::min(members_of(team.tactic, draw.random.next()), most);
    for (std::size_t m = 0; m < size; ++m) {
        const auto member = draw.take([](const TownVehicle& vehicle) {
            return vehicle.use == Use::commuter || vehicle.use == Use::errands;
        });
        if (!member)
            return std::nullopt;
        team.members.push_back(*member);
    }
    const int last_day = std::max(0, options_.days * 8 / 10 - 1);
    team.days.resize(static_cast<std::size_t>(team.wanted));
    for (int& day : team.days)
        day = draw.random.between(0, last_day);
    std::sort(team.days.begin(), team.days.end());
    return team;
}

Result<FollowingPlan> FollowingPlan::choose(const City& city, std::vector<TownVehicle>& vehicles,
                                            const TrafficOptions& options,
                                            const std::set<EdgeIndex>& camera_edges) {
    const Error too_few{ErrorCode::invalid_argument,
                        "too few vehicles for so many subjects and followers: give more vehicles"};
    FollowingPlan plan{city, options, camera_edges};
    for (const TownVehicle& vehicle : vehicles)
        plan.homes_.push_back(vehicle.home);
    Draw draw{vehicles, options.seed};
    for (int s = 0; s < options.subjects; ++s) {
        const auto subject = draw.take([&](const TownVehicle& vehicle) {
            return vehicle.use == Use::commuter &&
                   city.seconds_between(vehicle.home, vehicle.work) > 420;
        });
        if (!subject)
            return too_few;
        vehicles[*subject].subject = true;
        plan.subjects_.push_back(*subject);
        plan.subject_set_.insert(*subject);
        plan.subject_trips_.push_back(0);
        for (auto left = static_cast<std::size_t>(options.followers); left > 0;) {
            auto team = plan.draw_team(draw, left);
            if (!team)
                return too_few;
            left -= team->members.size();
            plan.teams_.push_back(*std::move(team));
        }
    }
    return plan;
}

std::vector<FollowingPlan::Trip>
FollowingPlan::number_trips(std::size_t vehicle, std::vector<Leg>& legs, NodeIndex start) {
    std::vector<Trip> trips;
    NodeIndex from = start;
    for (Leg& leg : legs) {
        leg.way = city_.route(from, leg.to, {.taste = mix(vehicle, leg.to)});
        leg.own_trip = next_trip_++;
        Trip trip{
            .number = *leg.own_trip, .starts_us = leg.earliest_us, .from = from, .way = leg.way};
        for (const EdgeIndex edge : leg.way)
            trip.cameras += camera_edges_.contains(edge) ? 1 : 0;
        // On a car that is its own camera, every road counts, though not as much.
        if (options_.mobile)
            trip.cameras = leg.way.size() / 3;
        from = leg.to;
        trips.push_back(std::move(trip));
    }
    return trips;
}

int FollowingPlan::trips_joined(const Team& team) const {
    int fewest = team.wanted;
    for (const std::size_t member : team.members) {
        const auto found = joined_.find(member);
        fewest = std::min(
            fewest, found == joined_.end() ? 0 : static_cast<int>(found->second.trips.size()));
    }
    return fewest;
}

void FollowingPlan::plan_day(int day, std::vector<std::vector<Leg>>& legs,
                             const std::vector<NodeIndex>& starts) {
    count_meetings();
    std::vector<std::vector<Trip>> trips;
    for (std::size_t s = 0; s < subjects_.size(); ++s) {
        const std::size_t vehicle = subjects_[s];
        trips.push_back(number_trips(vehicle, legs[vehicle], starts[vehicle]));
        subject_trips_[s] += static_cast<int>(trips.back().size());
    }
    // Late in the simulation one takes what there is.
    const std::size_t enough = day * 10 < options_.days * 6 ? kEnoughCameras : 1;
    for (const Team& team : teams_) {
        const auto planned = std::upper_bound(team.days.begin(), team.days.end(), day);
        int due = static_cast<int>(planned - team.days.begin()) - trips_joined(team);
        Random random{mix(team.taste, static_cast<std::uint64_t>(day))};
        std::vector<Trip> candidates = trips[team.subject];
        std::int64_t busy_until = 0;
        const std::size_t skip = candidates.empty() ? 0 : random.index(candidates.size());
        for (std::size_t i = 0; i < candidates.size() && due > 0; ++i) {
            const Trip& trip = candidates[i];
            const bool early = trip.starts_us % kDayUs < 90 * kMinuteUs;
            const bool by_chance = i < skip && due < static_cast<int>(candidates.size() - i);
            if (trip.cameras < enough || early || by_chance || trip.starts_us < busy_until)
                continue;
            join(team, trip, legs);
            busy_until = trip.starts_us + 150 * kMinuteUs;
            --due;
        }
    }
}

void FollowingPlan::join(const Team& team, const Trip& trip, std::vector<std::vector<Leg>>& legs) {
    Random random{mix(team.taste, trip.number)};
    for (std::size_t m = 0; m < team.members.size(); ++m) {
        std::vector<Leg>& day = legs[team.members[m]];
        const std::int64_t comes_us = trip.starts_us - random.between(28, 55) * kMinuteUs;
        const std::int64_t free_us = trip.starts_us + 90 * kMinuteUs;
        std::erase_if(day, [&](const Leg& leg) {
            return !leg.joining && leg.earliest_us > comes_us - 30 * kMinuteUs &&
                   leg.earliest_us < free_us;
        });
        std::vector<Leg> all = legs_of(team, m, trip);
        all.front().earliest_us = comes_us;
        for (std::size_t i = 1; i < all.size(); ++i)
            all[i].earliest_us = comes_us + static_cast<std::int64_t>(i) * kSecondUs;
        // Then home, or to wherever the day goes on.
        all.push_back({.earliest_us = trip.starts_us + random.between(45, 85) * kMinuteUs,
                       .to = trip.from,
                       .way = {},
                       .own_trip = std::nullopt,
                       .joining = std::nullopt});
        const auto next = std::find_if(day.begin(), day.end(), [&](const Leg& leg) {
            return leg.earliest_us > trip.starts_us;
        });
        all.back().to = next == day.end() ? homes_[team.members[m]] : next->to;
        day.insert(next, std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
    }
}

NodeIndex FollowingPlan::node_at(const Trip& trip, std::size_t step) const {
    return step == 0 ? trip.from : city_.edges()[trip.way[step - 1]].to;
}

Route FollowingPlan::around(const Trip& trip, NodeIndex from, NodeIndex to,
                            std::uint64_t taste) const {
    const std::set<EdgeIndex> avoided{trip.way.begin(), trip.way.end()};
    return city_.route(from, to, {.taste = taste, .avoid = &avoided});
}

/// The first leg brings the follower to where it waits; those after it are the joining ones.
std::vector<Leg> FollowingPlan::legs_of(const Team& team, std::size_t member,
                                        const Trip& trip) const {
    Random random{mix(team.taste, trip.number, member)};
    const auto part = [&](std::size_t from, std::size_t to) {
        return Route{trip.way.begin() + static_cast<std::ptrdiff_t>(from),
                     trip.way.begin() + static_cast<std::ptrdiff_t>(to)};
    };
    const auto seconds = [&](double low, double high) {
        return static_cast<std::int64_t>(random.between(low, high) * kSecondUs);
    };
    const std::size_t steps = trip.way.size();
    std::vector<Leg> legs{Leg{}};
    legs.front().to = trip.from;
    const auto follow = [&](Route way, std::optional<std::size_t> step, std::int64_t lag_us) {
        if (!way.empty())
            legs.push_back(join_leg(way, city_.edges()[way.back()],
                                    {.trip = trip.number, .step = step, .lag_us = lag_us}));
    };
    switch (team.tactic) { // no default: a new tactic must be decided here
    case Tactic::close: follow(part(0, steps), 0, seconds(2, 9)); break;
    case Tactic::ahead: follow(part(0, steps), std::nullopt, -seconds(4, 15)); break;
    case Tactic::hand_over: {
        // The parts overlap by a road or two: one does not leave before the other has come.
        const std::size_t from = steps * member / team.members.size();
        const std::size_t to = std::min(steps, steps * (member + 1) / team.members.size() + 2);
        legs.front().to = node_at(trip, from);
        follow(part(from, to), from, seconds(2, 12));
        break;
    }
    case Tactic::intermittent: {
        const std::size_t leaves = steps * static_cast<std::size_t>(random.between(25, 45)) / 100;
        const std::size_t joins = steps * static_cast<std::size_t>(random.between(55, 75)) / 100;
        Route way = part(0, leaves);
        append_to(way, around(trip, node_at(trip, leaves), node_at(trip, joins), random.next()));
        follow(std::move(way), 0, seconds(5, 30));
        follow(part(joins, steps), joins, seconds(3, 25));
        break;
    }
    case Tactic::parallel: {
        const std::size_t meets = steps * 35 / 100;
        const std::size_t parts = std::min(steps, meets + std::max<std::size_t>(4, steps * 3 / 10));
        Route first = around(trip, trip.from, node_at(trip, meets), random.next());
        // Side roads are slower: it sets out before the subject and waits where they meet.
        follow(std::move(first), std::nullopt, -seconds(20, 150));
        Route way = part(meets, parts);
        append_to(way, around(trip, node_at(trip, parts), node_at(trip, steps), random.next()));
        follow(std::move(way), meets, seconds(0, 20));
        break;
    }
    }
    return legs;
}

void FollowingPlan::joined(std::size_t vehicle, std::uint32_t trip, std::int64_t at_us) {
    Joined& all = joined_[vehicle];
    if (all.trips.empty())
        all.first_us = at_us;
    if (all.trips.insert(trip).second)
        all.last_us = at_us;
}

void FollowingPlan::passed(const Drive& drive, std::int64_t at_us, bool read) {
    Meeting& meeting = meetings_[{*drive.trip, drive.edge}];
    if (subject_set_.contains(drive.vehicle))
        meeting.subject = Passed{at_us, read};
    else
        meeting.followers[drive.vehicle] = Passed{at_us, read};
}

void FollowingPlan::passed_mobile(std::size_t follower, bool read) {
    Joined& its = joined_[follower];
    ++its.shared_passes;
    its.shared_reads += read ? 1 : 0;
}

void FollowingPlan::count_meetings() {
    for (const auto& [where, meeting] : meetings_)
        for (const auto& [vehicle, passed] : meeting.followers) {
            const bool together =
                meeting.subject && std::abs(meeting.subject->at_us - passed.at_us) < kTogetherUs;
            if (!together)
                continue;
            ++joined_[vehicle].shared_passes;
            joined_[vehicle].shared_reads += meeting.subject->read && passed.read ? 1 : 0;
        }
    meetings_.clear();
}

std::vector<PlantedSubject> FollowingPlan::truth(const std::vector<TownVehicle>& vehicles,
                                                 WallTime start) {
    count_meetings();
    std::vector<PlantedSubject> out;
    for (std::size_t s = 0; s < subjects_.size(); ++s)
        out.push_back({.plate = vehicles[subjects_[s]].plate,
                       .trips = subject_trips_[s],
                       .cameras = {},
                       .followers = {}});
    for (const Team& team : teams_)
        for (const std::size_t member : team.members) {
            const auto found = joined_.find(member);
            const Joined all = found == joined_.end() ? Joined{} : found->second;
            out[team.subject].followers.push_back(
                {.plate = vehicles[member].plate,
                 .trips = static_cast<int>(all.trips.size()),
                 .wanted_trips = team.wanted,
                 .tactic = std::string{to_string(team.tactic)},
                 .first = start + std::chrono::microseconds{all.first_us},
                 .last = start + std::chrono::microseconds{all.last_us},
                 .shared_passes = all.shared_passes,
                 .shared_reads = all.shared_reads});
        }
    return out;
}

} // namespace vedette::analysis
