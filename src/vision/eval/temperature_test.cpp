#include "vedette/vision/eval/temperature.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace vedette::vision {
namespace {

/// A slot that says "A" or "B" with the given log-odds for A, and never "".
domain::PlateCharacter slot(double log_odds) {
    const auto a = static_cast<float>(1 / (1 + std::exp(-log_odds)));
    domain::PlateCharacter out{{{"A", a}, {"B", 1 - a}, {"", 0.0F}}};
    if (a < 0.5F)
        std::swap(out.candidates[0], out.candidates[1]);
    return out;
}

/// Reads of one sign whose logits are `times` what would be honest.
TemperatureSet dishonest(double times) {
    std::mt19937 random{7};
    std::uniform_real_distribution<double> odds{-4, 4};
    std::uniform_real_distribution<double> share{0, 1};
    TemperatureSet set;
    for (int i = 0; i < 4000; ++i) {
        const double log_odds = odds(random);
        const bool is_a = share(random) < 1 / (1 + std::exp(-log_odds));
        domain::PlateRead read;
        read.characters = {slot(log_odds * times)};
        EXPECT_TRUE(set.add(read, is_a ? "A" : "B"));
    }
    return set;
}

TEST(TemperatureSet, FindsByHowMuchAReaderIsTooSureOrNotSureEnough) {
    EXPECT_NEAR(dishonest(1).fit(), 1, 0.06);
    EXPECT_NEAR(dishonest(2).fit(), 2, 0.12);
    EXPECT_NEAR(dishonest(0.5).fit(), 0.5, 0.03);
}

TEST(TemperatureSet, WhatItFindsMakesConfidencesHonest) {
    const TemperatureSet set = dishonest(2);
    const double fitted = set.fit();
    EXPECT_LT(set.negative_log_likelihood(fitted), set.negative_log_likelihood(1));
    EXPECT_LT(set.negative_log_likelihood(fitted), set.negative_log_likelihood(fitted * 1.1));
    EXPECT_LT(set.negative_log_likelihood(fitted), set.negative_log_likelihood(fitted / 1.1));
    const auto before = set.calibration(1);
    const auto after = set.calibration(fitted);
    EXPECT_GT(before.text.expected_calibration_error(), 0.05);
    EXPECT_LT(after.text.expected_calibration_error(), 0.03);
    EXPECT_LT(after.text.brier(), before.text.brier());
    EXPECT_LT(after.signs.expected_calibration_error(), 0.03);
    EXPECT_EQ(after.text.answers(), set.reads());
}

TEST(TemperatureSet, LeavesOutWhatTheReaderCannotSay) {
    TemperatureSet set;
    domain::PlateRead read;
    read.characters = {slot(1), {{{"", 0.9F}, {"A", 0.1F}, {"B", 0.0F}}}};
    EXPECT_FALSE(set.add(read, "AAA"));
    EXPECT_FALSE(set.add(read, "C"));
    EXPECT_TRUE(set.add(read, "A"));
    EXPECT_TRUE(set.add(read, "AB")) << "what is said to be impossible is only very unlikely";
    EXPECT_EQ(set.reads(), 2);
    EXPECT_TRUE(std::isfinite(set.negative_log_likelihood(1)));
    const auto calibration = set.calibration(1);
    EXPECT_EQ(calibration.signs.answers(), 2) << "an empty slot gives no sign";
    EXPECT_NEAR(
        calibration.text.brier(),
        (std::pow(1 - 0.9 / (1 + std::exp(-1.0)), 2) + std::pow(0.9 / (1 + std::exp(-1.0)), 2)) / 2,
        1e-5);
}

TEST(TemperatureSet, IsOneWithoutReads) {
    const TemperatureSet none;
    EXPECT_EQ(none.fit(), 1);
    EXPECT_EQ(none.negative_log_likelihood(1), 0);
}

} // namespace
} // namespace vedette::vision
