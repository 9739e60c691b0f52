#include "app/commands/eval_gate/comparison.h"

#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using namespace std::chrono_literals;

domain::Event seen(const std::string& label, std::chrono::milliseconds from,
                   std::chrono::milliseconds to, const std::string& plate = "") {
    domain::Event event;
    event.label = label;
    event.verdict = domain::Verdict::published;
    event.first_seen = WallTime{from};
    event.last_seen = WallTime{to};
    if (!plate.empty()) {
        event.plate.emplace();
        event.plate->resolved = plate;
    }
    return event;
}

TEST(GateLoss, WhatBothFoundIsNotMissedAndItsDelayIsTold) {
    const GateLoss loss = loss_against({seen("car", 1s, 5s), seen("person", 2s, 4s)},
                                       {seen("person", 2s, 4s), seen("truck", 1400ms, 5s)});
    EXPECT_EQ(loss.of, 2U);
    EXPECT_EQ(loss.missed, 0U);
    EXPECT_EQ(loss.extra, 0U);
    ASSERT_EQ(loss.delays_s.size(), 2U);
    EXPECT_DOUBLE_EQ(loss.delays_s[0], 0.4) << "the longest overlap first: a truck is a vehicle";
    EXPECT_DOUBLE_EQ(loss.delays_s[1], 0);
}

TEST(GateLoss, AnotherKindOrAnotherTimeIsMissed) {
    const GateLoss loss = loss_against({seen("car", 1s, 2s), seen("person", 1s, 2s)},
                                       {seen("person", 9s, 12s), seen("bicycle", 1s, 2s)});
    EXPECT_EQ(loss.missed, 2U);
    EXPECT_EQ(loss.extra, 2U);
    EXPECT_TRUE(loss.delays_s.empty());
}

TEST(GateLoss, OneSightingStandsForOneOther) {
    const GateLoss loss =
        loss_against({seen("car", 1s, 9s), seen("car", 2s, 8s)}, {seen("car", 1s, 9s)});
    EXPECT_EQ(loss.missed, 1U);
    ASSERT_EQ(loss.missed_ones.size(), 1U);
    EXPECT_EQ(loss.missed_ones[0].first_seen, WallTime{2s});
}

TEST(GateLoss, PlatesCountByTheirText) {
    const GateLoss loss =
        loss_against({seen("car", 1s, 2s, "AB12CDE"), seen("car", 5s, 6s, "XY34ZZZ")},
                     {seen("car", 1s, 2s, "AB12CDE"), seen("car", 5s, 6s, "XY34ZZ2")});
    EXPECT_EQ(loss.missed, 0U);
    EXPECT_EQ(loss.plates_of, 2U);
    EXPECT_EQ(loss.plates_missed, 1U);
}

} // namespace
} // namespace vedette::app
