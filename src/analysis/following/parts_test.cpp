#include <gtest/gtest.h>

#include <cmath>

#include "following/candidates.h"
#include "following/confusion.h"
#include "following/local_time.h"
#include "following/null_scores.h"
#include "following/traffic.h"
#include "following/vehicles.h"

namespace vedette::analysis {
namespace {

TEST(LocalTime, KnowsTheHourOfTheWeek) {
    const LocalTime utc{};
    EXPECT_EQ(utc.hour_of_week(0), 72U); // Thursday
    EXPECT_EQ(utc.hour_of_week(-kHour), 71U);
    EXPECT_EQ(LocalTime{2 * kHour}.hour_of_week(0), 74U);
    EXPECT_TRUE(utc.weekend(2 * kDay));
    EXPECT_FALSE(utc.weekend(4 * kDay));
    EXPECT_EQ(LocalTime::day_distance(kDay + kHour, 23 * kHour), 2 * kHour);
}

TEST(Confusion, IsOneSignAndKnowsTheUsualOnes) {
    EXPECT_GT(misread_chance("AB0", "ABO"), misread_chance("AB0", "ABW"));
    EXPECT_GT(misread_chance("AB0", "AB"), 0);
    EXPECT_GT(misread_chance("AB", "XAB"), 0);
    EXPECT_EQ(misread_chance("AB0", "AB0"), 0);
    EXPECT_EQ(misread_chance("AB0", "BA0"), 0);
    EXPECT_EQ(misread_chance("", "AB"), 0);
    EXPECT_EQ(confusion_rate('8', 'B'), confusion_rate('B', '8'));
    int plates = 0;
    each_confusable("A8", [&](const std::string& plate, std::size_t place) {
        ++plates;
        EXPECT_EQ(plate.size(), 2U);
        EXPECT_GT(confusion_rate(plate[place], "A8"[place]), 0.001);
    });
    EXPECT_GT(plates, 3);
}

TEST(VehicleTable, FindsWhatWasAddedAfterManyRemovals) {
    VehicleTable table;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 3000; ++i)
            table.append(table.find_or_add("P" + std::to_string(round * 1000 + i)), {.at = round},
                         100);
        for (int i = 0; i < 3000; i += 2)
            if (const auto index = table.find("P" + std::to_string(round * 1000 + i));
                index != kNoVehicle)
                table.remove(index);
        EXPECT_NE(table.find("P" + std::to_string(round * 1000 + 1)), kNoVehicle);
        EXPECT_EQ(table.find("P" + std::to_string(round * 1000 + 2)), kNoVehicle);
    }
    EXPECT_LT(table.end(), 9000U); // places are used again
    table.sweep(100);
    EXPECT_EQ(table.size(), 0U);
    EXPECT_EQ(table.reads(), 0U);
}

TEST(CandidateTable, ShedsThoseOfOneSessionFirst) {
    CandidateTable table;
    for (VehicleIndex i = 0; i < 100; ++i) {
        Candidate& candidate = table.find_or_add(i);
        candidate.session = i;
        candidate.sessions = i < 10 ? 2 : 1;
    }
    EXPECT_EQ(table.shed(), 25U);
    EXPECT_EQ(table.find_or_add(5).sessions, 2); // old, but seen twice
    EXPECT_EQ(table.find_or_add(99).sessions, 1);
    EXPECT_EQ(table.find_or_add(12).sessions, 0); // gone: begins anew
}

TEST(NullScores, CountsWhatItSawAndGoesOnBeyond) {
    std::vector<double> scores;
    for (int i = 0; i < 1000; ++i) // an exponential tail of mean 2
        scores.push_back(-2 * std::log((i + 0.5) / 1000));
    const NullScores null{scores, 10};
    EXPECT_NEAR(null.per_month(0), 100, 1);
    EXPECT_NEAR(null.per_month(2), 100 * std::exp(-1), 2);
    EXPECT_NEAR(null.per_month(20), 100 * std::exp(-10), 100 * std::exp(-10));
    EXPECT_GT(null.per_month(19), null.per_month(20));
    EXPECT_GT(null.density(1), null.density(6));
    EXPECT_EQ(NullScores{}.known(), false);
    EXPECT_LE(NullScores({}, 10).per_month(0), 0.1);
}

TEST(TrafficModel, LearnsRatesAndTurns) {
    TrafficModel traffic{LocalTime{}};
    std::int64_t at = 0;
    for (int day = 0; day < 14; ++day)
        for (int i = 0; i < 600; ++i) { // an hour of traffic a day, at eight
            at = day * kDay + 8 * kHour + i * 6 * kSecond;
            traffic.on_pass(0, at);
            traffic.on_pass(i % 4 == 0 ? 2 : 1, at);
            traffic.on_turn(0, i % 4 == 0 ? 2 : 1, at, at + (60 + i % 20) * kSecond);
        }
    EXPECT_NEAR(traffic.expected_hz(0, 14 * kDay + 8 * kHour), 1.0 / 6, 0.05);
    EXPECT_LT(traffic.expected_hz(0, 14 * kDay + 3 * kHour), 0.01);
    EXPECT_NEAR(traffic.turn_chance(0, 1, at), 0.75, 0.02);
    EXPECT_NEAR(traffic.turn_chance(0, 2, at), 0.25, 0.02);
    EXPECT_LT(traffic.turn_chance(0, 0, at), 0.01);
    EXPECT_GT(traffic.turn_chance(7, 9, at), 0);
    EXPECT_NEAR(traffic.spread_s(0, 1), 5, 3);
    EXPECT_EQ(traffic.turns(), 2U);
}

} // namespace
} // namespace vedette::analysis
