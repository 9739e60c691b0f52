#include "vedette/vision/eval/mcnemar.h"

#include <gtest/gtest.h>
#include <vector>

namespace vedette::vision {
namespace {

PairedCounts counts(long only_first, long only_second, long same = 100) {
    return {.both = same, .only_first = only_first, .only_second = only_second, .neither = same};
}

TEST(McNemar, CountsEachCaseOnce) {
    PairedCounts table;
    table.add(true, true);
    table.add(true, false);
    table.add(true, false);
    table.add(false, true);
    table.add(false, false);
    EXPECT_EQ(table, (PairedCounts{1, 2, 1, 1}));
    EXPECT_EQ(table.total(), 5);
    EXPECT_EQ(table.discordant(), 3);
}

/// Sums of binomial coefficients over 2^n, from exact whole numbers.
TEST(McNemar, IsExactForFewCases) {
    struct Known {
        long only_first, only_second;
        double p;
    };
    const std::vector<Known> known{{0, 0, 1},
                                   {1, 0, 1},
                                   {5, 5, 1},
                                   {0, 5, 0.0625},
                                   {0, 6, 0.03125},
                                   {2, 10, 0.03857421875},
                                   {3, 12, 0.03515625},
                                   {9, 25, 0.00904118549078703},
                                   {400, 480, 0.007707305043339141},
                                   {460, 540, 0.01244414627717178}};
    for (const Known& one : known) {
        const PairedTest test = mcnemar(counts(one.only_first, one.only_second));
        EXPECT_NEAR(test.p, one.p, 1e-9 * one.p) << one.only_first << " " << one.only_second;
        EXPECT_TRUE(test.exact);
        EXPECT_FALSE(test.chi_square);
        EXPECT_EQ(mcnemar(counts(one.only_second, one.only_first)).p, test.p);
    }
    EXPECT_GT(mcnemar(counts(0, 1000)).p, 0);
    EXPECT_LT(mcnemar(counts(0, 1000)).p, 1e-300);
}

TEST(McNemar, TakesTheCorrectedChiSquareForMany) {
    const PairedTest test = mcnemar(counts(600, 700));
    EXPECT_FALSE(test.exact);
    EXPECT_NEAR(*test.chi_square, 99.0 * 99.0 / 1300, 1e-12);
    EXPECT_NEAR(test.p, 0.006036981097798616, 1e-12);
    EXPECT_EQ(mcnemar(counts(500, 501)).p, 1);
    EXPECT_EQ(mcnemar(counts(1000, 1000)).p, 1); // the correction does not go below 0
}

TEST(McNemar, BothWaysAgreeWhereOneTakesOver) {
    const PairedTest exact = mcnemar(counts(460, 540));
    const PairedTest near = mcnemar(counts(461, 541));
    EXPECT_TRUE(exact.exact);
    EXPECT_FALSE(near.exact);
    EXPECT_NEAR(exact.p, near.p, 0.0005);
}

TEST(McNemar, CasesOnWhichBothAgreeSayNothing) {
    EXPECT_EQ(mcnemar(counts(2, 10, 0)).p, mcnemar(counts(2, 10, 1'000'000)).p);
}

TEST(McNemar, TheSecondIsWorseOnlyIfMoreCasesSpeakForTheFirstThanChanceExplains) {
    EXPECT_TRUE(is_second_worse(counts(6, 0)));
    EXPECT_FALSE(is_second_worse(counts(5, 0))); // p = 0.0625
    EXPECT_FALSE(is_second_worse(counts(0, 6))); // better
    EXPECT_FALSE(is_second_worse(counts(50, 50)));
    EXPECT_FALSE(is_second_worse(counts(0, 0)));
}

} // namespace
} // namespace vedette::vision
