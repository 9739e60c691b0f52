#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "traffic/random.h"
#include "vedette/analysis/pass.h"

namespace vedette::analysis {

using NodeIndex = std::uint32_t;
using EdgeIndex = std::uint32_t;
using Route = std::vector<EdgeIndex>;

enum class RoadClass { street = 1, arterial, ring };

/// A crossing.
struct RoadNode {
    double east_m = 0; ///< from the south-western corner
    double north_m = 0;
    bool signal = false;
    std::int64_t cycle_us = 0;  ///< of its signal
    std::int64_t offset_us = 0; ///< of that cycle
};

/// One direction of a road between two crossings.
struct RoadEdge {
    NodeIndex from = 0;
    NodeIndex to = 0;
    double length_m = 0;
    double speed_mps = 0;
    RoadClass kind = RoadClass::street;
    bool bridge = false;
    bool north_south = false;    ///< which phase of the signal lets it go
    std::int64_t headway_us = 0; ///< between two vehicles that leave it
};

/// How one driver chooses a way.
struct WayChoice {
    std::uint64_t taste = 0;                    ///< the same taste takes the same way
    const std::set<EdgeIndex>* avoid = nullptr; ///< roads that it rather does not take; borrowed
};

/// An invented town: an irregular grid with arterial roads, a ring, and a river with few bridges;
/// signals where arterial roads meet.
class City {
public:
    /// Large enough for so many vehicles (600 to 3000 crossings).
    City(std::uint64_t seed, int vehicles);

    [[nodiscard]] std::span<const RoadNode> nodes() const { return nodes_; }
    [[nodiscard]] std::span<const RoadEdge> edges() const { return edges_; }
    [[nodiscard]] std::span<const EdgeIndex> leaving(NodeIndex node) const {
        return std::span{leaving_}.subspan(first_[node], first_[node + 1] - first_[node]);
    }
    /// Where roads from elsewhere come in.
    [[nodiscard]] std::span<const NodeIndex> gates() const { return gates_; }
    /// By the shortest way without traffic.
    [[nodiscard]] double seconds_between(NodeIndex from, NodeIndex to) const {
        return cost_[to * nodes_.size() + from];
    }
    /// A sensible way, not always the shortest. Empty where from == to.
    [[nodiscard]] Route route(NodeIndex from, NodeIndex to, const WayChoice& choice) const;
    /// When a vehicle that stands at the end of `edge` at `at_us` may go on.
    [[nodiscard]] std::int64_t green_from_us(EdgeIndex edge, std::int64_t at_us) const;
    /// Along an edge: 0 begin, 1 end.
    [[nodiscard]] GeoPoint point_on(EdgeIndex edge, double fraction) const;
    /// 0..360 clockwise from north, whole degrees: the way that vehicles go.
    [[nodiscard]] double bearing_deg(EdgeIndex edge) const;
    /// Different edges for cameras: bridges first, then arterial roads and the ring, then streets.
    [[nodiscard]] std::vector<EdgeIndex> camera_sites(std::uint64_t seed, int count) const;

private:
    struct Plan;
    void place_nodes(Random& random);
    void lay_roads(Random& random);
    void add_road(NodeIndex a, NodeIndex b, const Plan& plan, Random& random);
    void index_edges();
    void set_signals(Random& random);
    void find_costs();
    void find_costs_to(NodeIndex target);
    [[nodiscard]] NodeIndex at(std::size_t column, std::size_t row) const {
        return static_cast<NodeIndex>(row * columns_ + column);
    }
    [[nodiscard]] bool is_arterial_line(std::size_t index) const { return index % 5 == 2; }
    [[nodiscard]] double score(EdgeIndex edge, NodeIndex target, const WayChoice& choice) const;

    std::size_t columns_ = 0;
    std::size_t rows_ = 0;
    double crowding_ = 1; ///< how many vehicles share what a road carries
    std::vector<RoadNode> nodes_;
    std::vector<RoadEdge> edges_;
    std::vector<std::size_t> first_; ///< into leaving_, one more than nodes
    std::vector<EdgeIndex> leaving_;
    std::vector<NodeIndex> gates_;
    std::vector<float> cost_; ///< seconds: [target * nodes + from]
};

} // namespace vedette::analysis
