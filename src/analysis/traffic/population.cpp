#include "traffic/population.h"

#include <algorithm>
#include <array>

#include "traffic/plate_maker.h"

namespace vedette::analysis {
namespace {

constexpr int kHour = 3600;

struct Share {
    Use use;
    int percent;
};
constexpr std::array<Share, 8> kShares{{{Use::commuter, 45},
                                        {Use::school_run, 8},
                                        {Use::delivery, 3},
                                        {Use::taxi, 2},
                                        {Use::bus, 1},
                                        {Use::through, 22},
                                        {Use::errands, 16},
                                        {Use::truck, 3}}};

Use draw_use(Random& random) {
    int left = random.between(0, 99);
    for (const Share& share : kShares) {
        left -= share.percent;
        if (left < 0)
            return share.use;
    }
    return Use::errands;
}

/// Draws vehicles; work is where much of it is: a few quarters with offices, shops and factories.
class Settler {
public:
    Settler(const City& city, std::uint64_t seed)
        : city_{city}, random_{mix(seed, 0x706F70)}, plates_{mix(seed, 0x706C61)} {
        quarters_ = any_nodes(12);
        schools_ = any_nodes(15);
        depots_ = any_nodes(6);
        for (auto& line : lines_)
            line = any_nodes(7);
    }

    TownVehicle draw(const std::vector<TownVehicle>& before) {
        TownVehicle vehicle;
        vehicle.use = draw_use(random_);
        vehicle.taste = random_.next();
        vehicle.pace = std::clamp(random_.around(1.0, 0.07), 0.8, 1.15);
        const bool fleet = vehicle.use == Use::delivery || vehicle.use == Use::taxi ||
                           vehicle.use == Use::bus || vehicle.use == Use::truck;
        vehicle.plate = fleet ? plates_.next_of_fleet() : plates_.next();
        vehicle.household = static_cast<std::uint32_t>(before.size());
        settle(vehicle);
        if (!before.empty())
            share_with(vehicle, before);
        return vehicle;
    }

private:
    NodeIndex any_node() { return static_cast<NodeIndex>(random_.index(city_.nodes().size())); }

    NodeIndex near(NodeIndex centre) {
        for (int tries = 0; tries < 50; ++tries) {
            const NodeIndex node = any_node();
            if (city_.seconds_between(node, centre) < 180)
                return node;
        }
        return centre;
    }
    std::vector<NodeIndex> any_nodes(std::size_t count) {
        std::vector<NodeIndex> nodes(count);
        for (NodeIndex& node : nodes)
            node = any_node();
        return nodes;
    }

    void settle(TownVehicle& vehicle) {
        vehicle.home = any_node();
        vehicle.work =
            random_.chance(0.75) ? near(quarters_[random_.index(quarters_.size())]) : any_node();
        vehicle.leaves_home_s = static_cast<int>(random_.around(7.4 * kHour, 0.8 * kHour));
        vehicle.leaves_work_s =
            vehicle.leaves_home_s + static_cast<int>(random_.around(9.2 * kHour, 0.9 * kHour));
        switch (vehicle.use) { // no default: a new use must be decided here
        case Use::commuter:
        case Use::errands: break;
        case Use::school_run:
            vehicle.second = vehicle.work;
            vehicle.work = schools_[random_.index(schools_.size())];
            if (city_.seconds_between(vehicle.home, vehicle.work) > 480)
                vehicle.home = near(vehicle.work);
            vehicle.leaves_home_s = static_cast<int>(random_.around(7.6 * kHour, 0.12 * kHour));
            vehicle.leaves_work_s = static_cast<int>(random_.around(15.4 * kHour, 0.2 * kHour));
            break;
        case Use::delivery:
        case Use::truck: vehicle.home = depots_[random_.index(depots_.size())]; break;
        case Use::taxi: vehicle.home = near(quarters_.front()); break;
        case Use::bus:
            vehicle.line = lines_[random_.index(lines_.size())];
            vehicle.home = vehicle.line.front();
            vehicle.leaves_home_s = random_.between(5 * kHour, 6 * kHour);
            vehicle.taste = vehicle.line.front(); // every bus of a line takes the same way
            break;
        case Use::through: settle_gates(vehicle); break;
        }
    }

    void settle_gates(TownVehicle& vehicle) {
        const auto gates = city_.gates();
        vehicle.home = gates[random_.index(gates.size())];
        do
            vehicle.work = gates[random_.index(gates.size())];
        while (vehicle.work == vehicle.home);
        const double u = random_.unit();
        vehicle.visit_chance = 0.05 + 0.85 * u * u * u; // most come rarely, some every day
        vehicle.leaves_home_s = static_cast<int>(random_.between(5.0, 21.0) * kHour);
    }

    /// Neighbours with the same work and the same hours, and the second car of a household.
    void share_with(TownVehicle& vehicle, const std::vector<TownVehicle>& before) {
        if (vehicle.use != Use::commuter)
            return;
        const TownVehicle& other = before[random_.index(before.size())];
        if (other.use != Use::commuter)
            return;
        constexpr double kSameCommute = 0.25;
        constexpr double kSameHousehold = 0.55;
        const double kind = random_.unit();
        if (kind < kSameCommute) {
            vehicle.home = random_.chance(0.5) ? other.home : neighbour_of(other.home);
            vehicle.work = other.work;
            vehicle.leaves_home_s = other.leaves_home_s + random_.between(-60, 60);
            vehicle.leaves_work_s = other.leaves_work_s + random_.between(-120, 120);
            if (random_.chance(0.5))
                vehicle.taste = other.taste;
        } else if (kind < kSameHousehold) {
            vehicle.home = other.home;
            vehicle.household = other.household;
        }
    }
    NodeIndex neighbour_of(NodeIndex node) {
        const auto roads = city_.leaving(node);
        return city_.edges()[roads[random_.index(roads.size())]].to;
    }

    const City& city_;
    Random random_;
    PlateMaker plates_;
    std::vector<NodeIndex> quarters_;
    std::vector<NodeIndex> schools_;
    std::vector<NodeIndex> depots_;
    std::array<std::vector<NodeIndex>, 14> lines_;
};

} // namespace

std::vector<TownVehicle> populate(const City& city, const TrafficOptions& options) {
    Settler settler{city, options.seed};
    std::vector<TownVehicle> vehicles;
    vehicles.reserve(static_cast<std::size_t>(options.vehicles));
    while (vehicles.size() < static_cast<std::size_t>(options.vehicles))
        vehicles.push_back(settler.draw(vehicles));
    return vehicles;
}

} // namespace vedette::analysis
