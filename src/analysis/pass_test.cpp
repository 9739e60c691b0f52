#include "vedette/analysis/pass.h"

#include <gtest/gtest.h>

namespace vedette::analysis {
namespace {

TEST(Distance, IsThatOfTheGreatCircle) {
    EXPECT_EQ(distance_m({48, 11}, {48, 11}), 0);
    EXPECT_NEAR(distance_m({0, 0}, {1, 0}), 111'195, 1);
    EXPECT_NEAR(distance_m({0, 0}, {0, 1}), 111'195, 1);
    EXPECT_NEAR(distance_m({60, 0}, {60, 1}), 55'597, 2);         // half as far at 60 degrees north
    EXPECT_NEAR(distance_m({0, 179.5}, {0, -179.5}), 111'195, 1); // over the date line
    EXPECT_NEAR(distance_m({0, 0}, {0, 180}), 20'015'115, 1);     // to the other side
}

Pass pass_at(const char* id, int second) {
    Pass pass;
    pass.id = domain::EventId{id};
    pass.at = WallTime{std::chrono::seconds{second}};
    return pass;
}

TEST(ComesBefore, PutsEqualTimesInTheOrderOfIds) {
    const Pass early = pass_at("b", 1);
    const Pass late = pass_at("a", 2);
    const Pass late_too = pass_at("c", 2);
    EXPECT_TRUE(comes_before(early, late));
    EXPECT_FALSE(comes_before(late, early));
    EXPECT_TRUE(comes_before(late, late_too));
    EXPECT_FALSE(comes_before(late, late));
}

} // namespace
} // namespace vedette::analysis
