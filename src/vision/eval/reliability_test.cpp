#include "vedette/vision/eval/reliability.h"

#include <gtest/gtest.h>

namespace vedette::vision {
namespace {

TEST(Reliability, HasNothingToSayWithoutAnswers) {
    const Reliability none;
    EXPECT_TRUE(none.curve().empty());
    EXPECT_EQ(none.expected_calibration_error(), 0);
    EXPECT_EQ(none.brier(), 0);
}

TEST(Reliability, BinsHoldEquallyManyAnswersInOrder) {
    Reliability reliability;
    for (int i = 99; i >= 0; --i)
        reliability.add(i / 100.0, i >= 50);
    const auto curve = reliability.curve(4);
    ASSERT_EQ(curve.size(), 4U);
    EXPECT_EQ(curve.front(), (Reliability::Bin{25, 0, 0.0, 0.24, curve.front().confidence_sum}));
    EXPECT_NEAR(curve.front().confidence_sum, 3.0, 1e-9);
    EXPECT_EQ(curve.back().right, 25);
    EXPECT_DOUBLE_EQ(curve.back().highest, 0.99);
}

TEST(Reliability, EqualConfidencesStayInOneBin) {
    Reliability reliability;
    for (int i = 0; i < 90; ++i)
        reliability.add(1, true);
    for (int i = 0; i < 10; ++i)
        reliability.add(0.5, i < 5);
    const auto curve = reliability.curve();
    ASSERT_EQ(curve.size(), 2U);
    EXPECT_EQ(curve.back().answers, 90);
    EXPECT_DOUBLE_EQ(reliability.expected_calibration_error(), 0);
}

TEST(Reliability, EveryAnswerIsInExactlyOneBin) {
    for (const int answers : {1, 3, 9, 10, 11, 57}) {
        Reliability reliability;
        for (int i = 0; i < answers; ++i)
            reliability.add(i % 7 / 7.0, i % 2 == 0);
        long sum = 0;
        for (const Reliability::Bin& bin : reliability.curve())
            sum += bin.answers;
        EXPECT_EQ(sum, answers);
        EXPECT_LE(reliability.curve().size(), Reliability::kBins);
        EXPECT_EQ(reliability.answers(), answers);
    }
}

TEST(Reliability, ErrorAndScoreAreThoseOfTheirDefinitions) {
    Reliability reliability; // promises 0.8, keeps 0.5
    for (int i = 0; i < 10; ++i)
        reliability.add(0.8, i < 5);
    EXPECT_NEAR(reliability.expected_calibration_error(), 0.3, 1e-9);
    EXPECT_NEAR(reliability.brier(), (0.04 + 0.64) / 2, 1e-9);
    reliability.add(7, true); // is taken for 1
    EXPECT_NEAR(reliability.expected_calibration_error(), 3 / 11.0, 1e-9);
}

} // namespace
} // namespace vedette::vision
