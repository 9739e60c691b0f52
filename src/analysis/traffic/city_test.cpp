#include "traffic/city.h"

#include <gtest/gtest.h>

#include <set>

namespace vedette::analysis {
namespace {

TEST(City, ConnectsAllPlacesAndKeepsBridgesFew) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const City city{seed, 20'000};
        for (NodeIndex node = 0; node < city.nodes().size(); ++node)
            EXPECT_LT(city.seconds_between(node, 0), 3600) << node;
        int bridges = 0;
        for (const RoadEdge& edge : city.edges())
            bridges += edge.bridge ? 1 : 0;
        EXPECT_GE(bridges / 2, 3);
        EXPECT_LE(bridges / 2, 12);
    }
}

TEST(City, FindsWaysThatHoldTogetherAndAreNotMuchLongerThanNeeded) {
    const City city{5, 20'000};
    Random random{5};
    for (int i = 0; i < 500; ++i) {
        const auto from = static_cast<NodeIndex>(random.index(city.nodes().size()));
        const auto to = static_cast<NodeIndex>(random.index(city.nodes().size()));
        const Route way = city.route(from, to, {.taste = random.next()});
        NodeIndex here = from;
        for (const EdgeIndex edge : way) {
            ASSERT_EQ(city.edges()[edge].from, here);
            here = city.edges()[edge].to;
        }
        EXPECT_EQ(here, to);
        double takes_s = 0;
        for (const EdgeIndex edge : way)
            takes_s += city.edges()[edge].length_m / city.edges()[edge].speed_mps;
        EXPECT_LT(takes_s, 1.6 * city.seconds_between(from, to) + 60);
    }
}

TEST(City, TakesOtherRoadsWhereSomeAreAvoided) {
    const City city{5, 20'000};
    Random random{6};
    std::size_t shared = 0;
    std::size_t all = 0;
    for (int i = 0; i < 300; ++i) {
        const auto from = static_cast<NodeIndex>(random.index(city.nodes().size()));
        const auto to = static_cast<NodeIndex>(random.index(city.nodes().size()));
        const Route way = city.route(from, to, {.taste = 1});
        const std::set<EdgeIndex> avoided{way.begin(), way.end()};
        for (const EdgeIndex edge : city.route(from, to, {.taste = 1, .avoid = &avoided}))
            shared += avoided.contains(edge) ? 1 : 0;
        all += way.size();
    }
    EXPECT_LT(static_cast<double>(shared), 0.35 * static_cast<double>(all));
}

TEST(City, LetsEachPhaseOfASignalGoInTurn) {
    const City city{5, 20'000};
    for (EdgeIndex edge = 0; edge < city.edges().size(); ++edge) {
        const RoadNode& node = city.nodes()[city.edges()[edge].to];
        const std::int64_t at_us = 1'000'000'000;
        const std::int64_t green_us = city.green_from_us(edge, at_us);
        EXPECT_GE(green_us, at_us);
        EXPECT_LE(green_us - at_us, node.cycle_us);
        EXPECT_EQ(city.green_from_us(edge, green_us), green_us);
    }
}

} // namespace
} // namespace vedette::analysis
