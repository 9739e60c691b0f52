#include "traffic/city.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

namespace vedette::analysis {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr double kSpacingM = 260;
/// No town of this world stands there: the numbers only have to be sensible for distances.
constexpr GeoPoint kCorner{49.0, 8.0};
constexpr double kMetersPerDegree = 111'195;
constexpr double kCosLatitude = 0.6560590289905073; // of 49 degrees

constexpr double kStreetSpeed = 9; // m/s
constexpr double kArterialSpeed = 15;
constexpr double kRingSpeed = 21;
/// What a crossing costs on the way, signals and turning together, when a way is chosen.
constexpr double kCrossingSeconds = 6;

double edge_seconds(const RoadEdge& edge) {
    return edge.length_m / edge.speed_mps + (edge.kind == RoadClass::ring ? 1 : kCrossingSeconds);
}

} // namespace

struct City::Plan {
    RoadClass kind = RoadClass::street;
    bool bridge = false;
    bool north_south = false;
};

City::City(std::uint64_t seed, int vehicles) {
    Random random{mix(seed, 0x63697479)};
    const int wanted = std::clamp(vehicles / 30, 600, 3000);
    rows_ = 20;
    while (static_cast<int>(rows_ * rows_ * 4 / 3) < wanted)
        ++rows_;
    columns_ = rows_ * 4 / 3;
    crowding_ = std::max(1.0, static_cast<double>(vehicles) /
                                  (40.0 * static_cast<double>(rows_ * columns_)));
    place_nodes(random);
    lay_roads(random);
    index_edges();
    set_signals(random);
    find_costs();
}

void City::place_nodes(Random& random) {
    for (std::size_t row = 0; row < rows_; ++row)
        for (std::size_t column = 0; column < columns_; ++column)
            nodes_.push_back(
                {.east_m = kSpacingM * static_cast<double>(column) + random.between(-60.0, 60.0),
                 .north_m = kSpacingM * static_cast<double>(row) + random.between(-60.0, 60.0)});
    for (std::size_t column = 0; column < columns_; ++column)
        if (is_arterial_line(column)) {
            gates_.push_back(at(column, 0));
            gates_.push_back(at(column, rows_ - 1));
        }
    for (std::size_t row = 0; row < rows_; ++row)
        if (is_arterial_line(row)) {
            gates_.push_back(at(0, row));
            gates_.push_back(at(columns_ - 1, row));
        }
}

void City::add_road(NodeIndex a, NodeIndex b, const Plan& plan, Random& random) {
    const double east = nodes_[b].east_m - nodes_[a].east_m;
    const double north = nodes_[b].north_m - nodes_[a].north_m;
    RoadEdge edge{.from = a,
                  .to = b,
                  .length_m = std::sqrt(east * east + north * north),
                  .kind = plan.kind,
                  .bridge = plan.bridge,
                  .north_south = plan.north_south};
    double lanes = 1;
    switch (plan.kind) { // no default: a new kind must be decided here
    case RoadClass::street: edge.speed_mps = kStreetSpeed * random.between(0.75, 1.25); break;
    case RoadClass::arterial:
        edge.speed_mps = kArterialSpeed * random.between(0.9, 1.1);
        lanes = 2;
        break;
    case RoadClass::ring:
        edge.speed_mps = kRingSpeed;
        lanes = 2;
        break;
    }
    edge.headway_us = static_cast<std::int64_t>(1.9 * kSecond / lanes / crowding_);
    edges_.push_back(edge);
    std::swap(edge.from, edge.to);
    edges_.push_back(edge);
}

void City::lay_roads(Random& random) {
    constexpr double kMissingStreets = 0.12;
    std::size_t river = rows_ / 2; // flows between this row and the next
    for (std::size_t column = 0; column < columns_; ++column) {
        if (column % 4 == 3)
            river =
                std::clamp<std::size_t>(river + static_cast<std::size_t>(random.between(0, 2)) - 1,
                                        rows_ / 2 - 3, rows_ / 2 + 3);
        const bool edge_column = column == 0 || column + 1 == columns_;
        for (std::size_t row = 0; row < rows_; ++row) {
            const bool edge_row = row == 0 || row + 1 == rows_;
            if (column + 1 < columns_) { // to the east; all of these stay, so all is connected
                const RoadClass kind = edge_row                ? RoadClass::ring
                                       : is_arterial_line(row) ? RoadClass::arterial
                                                               : RoadClass::street;
                add_road(at(column, row), at(column + 1, row), {kind, false, false}, random);
            }
            if (row + 1 < rows_) { // to the north
                const RoadClass kind = edge_column                ? RoadClass::ring
                                       : is_arterial_line(column) ? RoadClass::arterial
                                                                  : RoadClass::street;
                const bool crosses = row == river;
                if (kind == RoadClass::street && (crosses || random.chance(kMissingStreets)))
                    continue;
                add_road(at(column, row), at(column, row + 1), {kind, crosses, true}, random);
            }
        }
    }
}

void City::index_edges() {
    first_.assign(nodes_.size() + 1, 0);
    for (const RoadEdge& edge : edges_)
        ++first_[edge.from + 1];
    for (std::size_t node = 0; node < nodes_.size(); ++node)
        first_[node + 1] += first_[node];
    std::vector<std::size_t> next{first_.begin(), first_.end() - 1};
    leaving_.resize(edges_.size());
    for (EdgeIndex edge = 0; edge < edges_.size(); ++edge)
        leaving_[next[edges_[edge].from]++] = edge;
}

void City::set_signals(Random& random) {
    std::vector<int> arterial(nodes_.size(), 0);
    for (const RoadEdge& edge : edges_)
        arterial[edge.from] += edge.kind == RoadClass::arterial ? 1 : 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        nodes_[node].signal =
            arterial[node] >= 2 && leaving(static_cast<NodeIndex>(node)).size() >= 3;
        nodes_[node].cycle_us = random.between(60, 100) * kSecond;
        nodes_[node].offset_us = random.between(0, 99) * kSecond;
    }
}

void City::find_costs() {
    cost_.assign(nodes_.size() * nodes_.size(), std::numeric_limits<float>::max());
    for (NodeIndex target = 0; target < nodes_.size(); ++target)
        find_costs_to(target);
}

/// Dijkstra from the target against the traffic; every road goes both ways at the same speed.
void City::find_costs_to(NodeIndex target) {
    float* cost = &cost_[target * nodes_.size()];
    using Entry = std::pair<float, NodeIndex>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    cost[target] = 0;
    open.emplace(0.0F, target);
    while (!open.empty()) {
        const auto [so_far, node] = open.top();
        open.pop();
        if (so_far > cost[node])
            continue;
        for (const EdgeIndex edge : leaving(node)) {
            const float there = so_far + static_cast<float>(edge_seconds(edges_[edge]));
            if (there < cost[edges_[edge].to]) {
                cost[edges_[edge].to] = there;
                open.emplace(there, edges_[edge].to);
            }
        }
    }
}

double City::score(EdgeIndex edge, NodeIndex target, const WayChoice& choice) const {
    // Drivers misjudge a road by up to a half; one taste always by the same.
    double seconds = edge_seconds(edges_[edge]);
    seconds *= 0.75 + 0.6 * unit_of(mix(choice.taste, edge));
    if (choice.avoid != nullptr && choice.avoid->contains(edge))
        seconds += 60;
    return seconds + seconds_between(edges_[edge].to, target);
}

Route City::route(NodeIndex from, NodeIndex to, const WayChoice& choice) const {
    // Further away than before, but not by much; by more where other roads are wanted.
    const double detour_s = choice.avoid == nullptr ? 25 : 100;
    Route way;
    std::vector<NodeIndex> visited{from};
    const std::size_t patience = 3 * (rows_ + columns_);
    NodeIndex here = from;
    while (here != to) {
        EdgeIndex best = 0;
        double best_score = std::numeric_limits<double>::max();
        const bool straight = visited.size() > patience;
        for (const EdgeIndex edge : leaving(here)) {
            const NodeIndex there = edges_[edge].to;
            const double allowed = seconds_between(here, to) + (straight ? 0 : detour_s) - 1e-3;
            if (seconds_between(there, to) > allowed)
                continue;
            if (!straight && std::find(visited.begin(), visited.end(), there) != visited.end())
                continue;
            const double its = score(edge, to, choice);
            if (its < best_score) {
                best_score = its;
                best = edge;
            }
        }
        if (best_score == std::numeric_limits<double>::max()) {
            visited.resize(patience + 1, here); // in a corner: the straight way from here
            continue;
        }
        way.push_back(best);
        here = edges_[best].to;
        visited.push_back(here);
    }
    return way;
}

std::int64_t City::green_from_us(EdgeIndex edge, std::int64_t at_us) const {
    const RoadNode& node = nodes_[edges_[edge].to];
    if (!node.signal)
        return at_us;
    const std::int64_t half = node.cycle_us / 2;
    const std::int64_t within = (at_us + node.offset_us) % node.cycle_us;
    const bool first_half = within < half;
    if (first_half == edges_[edge].north_south)
        return at_us;
    return at_us + (first_half ? half - within : node.cycle_us - within);
}

GeoPoint City::point_on(EdgeIndex edge, double fraction) const {
    const RoadNode& a = nodes_[edges_[edge].from];
    const RoadNode& b = nodes_[edges_[edge].to];
    const double east = a.east_m + (b.east_m - a.east_m) * fraction;
    const double north = a.north_m + (b.north_m - a.north_m) * fraction;
    const auto six_digits = [](double degrees) { // all that a map needs, and the same everywhere
        return static_cast<double>(static_cast<std::int64_t>(degrees * 1e6 + 0.5)) / 1e6;
    };
    return {six_digits(kCorner.latitude_deg + north / kMetersPerDegree),
            six_digits(kCorner.longitude_deg + east / (kMetersPerDegree * kCosLatitude))};
}

double City::bearing_deg(EdgeIndex edge) const {
    constexpr double kDegreesPerRadian = 57.29577951308232;
    const RoadNode& a = nodes_[edges_[edge].from];
    const RoadNode& b = nodes_[edges_[edge].to];
    const double angle = std::atan2(b.east_m - a.east_m, b.north_m - a.north_m) * kDegreesPerRadian;
    return std::round(angle < 0 ? angle + 360 : angle);
}

std::vector<EdgeIndex> City::camera_sites(std::uint64_t seed, int count) const {
    Random random{mix(seed, 0x63616D73)};
    struct Site {
        int rank;
        std::uint64_t by_chance;
        EdgeIndex edge;
        auto operator<=>(const Site&) const = default;
    };
    std::vector<Site> sites;
    for (EdgeIndex edge = 0; edge < edges_.size(); ++edge) {
        const RoadEdge& road = edges_[edge];
        // Two thirds of the main roads come before any street, and streets before the rest.
        const int rank = road.bridge && road.kind != RoadClass::street           ? 0
                         : road.kind != RoadClass::street && random.chance(0.66) ? 1
                         : road.kind == RoadClass::street                        ? 2
                                                                                 : 3;
        sites.push_back({rank, random.next(), edge});
    }
    std::sort(sites.begin(), sites.end());
    std::vector<EdgeIndex> chosen;
    for (const Site& site : sites)
        if (chosen.size() < static_cast<std::size_t>(count))
            chosen.push_back(site.edge);
    return chosen;
}

} // namespace vedette::analysis
