#include "track/assignment.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace vedette::vision {
namespace {

double total(const WeightMatrix& weights, const std::vector<Match>& matches) {
    return std::accumulate(matches.begin(), matches.end(), 0.0, [&](double sum, const Match& pair) {
        return sum + weights.at(pair.row, pair.column);
    });
}

double best_by_trying_all(const WeightMatrix& weights, std::size_t row, std::vector<bool>& used) {
    if (row == weights.rows())
        return 0;
    double best = best_by_trying_all(weights, row + 1, used);
    for (std::size_t column = 0; column < weights.columns(); ++column) {
        if (used[column] || weights.at(row, column) <= 0)
            continue;
        used[column] = true;
        best = std::max(best, weights.at(row, column) + best_by_trying_all(weights, row + 1, used));
        used[column] = false;
    }
    return best;
}

WeightMatrix random_weights(std::mt19937& random, std::size_t rows, std::size_t columns) {
    std::uniform_int_distribution<int> weight{-20,
                                              20}; // small whole numbers: many ties, exact sums
    WeightMatrix weights{rows, columns};
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            weights.set(row, column, weight(random));
    return weights;
}

void expect_each_used_once(const std::vector<Match>& matches) {
    std::vector<std::size_t> rows, columns;
    for (const Match& pair : matches) {
        rows.push_back(pair.row);
        columns.push_back(pair.column);
    }
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
    std::sort(columns.begin(), columns.end());
    EXPECT_EQ(std::adjacent_find(columns.begin(), columns.end()), columns.end());
}

TEST(Assignment, AgreesWithTryingAllPairings) {
    std::mt19937 random{7};
    std::uniform_int_distribution<std::size_t> side{1, 6};
    for (int round = 0; round < 500; ++round) {
        const WeightMatrix weights = random_weights(random, side(random), side(random));
        const std::vector<Match> matches = best_matching(weights);
        std::vector<bool> used(weights.columns(), false);
        ASSERT_DOUBLE_EQ(total(weights, matches), best_by_trying_all(weights, 0, used));
        expect_each_used_once(matches);
        for (const Match& pair : matches)
            ASSERT_GT(weights.at(pair.row, pair.column), 0);
    }
}

TEST(Assignment, GivesUpAGoodPairForTwoBetterOnes) {
    WeightMatrix weights{2, 2};
    weights.set(0, 0, 5);
    weights.set(0, 1, 4);
    weights.set(1, 0, 4);
    EXPECT_EQ(best_matching(weights), (std::vector<Match>{{0, 1}, {1, 0}}));
}

TEST(Assignment, LeavesWorthlessPairsAlone) {
    WeightMatrix weights{2, 3};
    weights.set(0, 1, -1);
    weights.set(1, 2, 0.5);
    EXPECT_EQ(best_matching(weights), (std::vector<Match>{{1, 2}}));
}

TEST(Assignment, HandlesEmptySides) {
    EXPECT_TRUE(best_matching(WeightMatrix{0, 3}).empty());
    EXPECT_TRUE(best_matching(WeightMatrix{3, 0}).empty());
}

TEST(Assignment, SolvesALargeProblem) {
    // Each row's own column is worth a little more than any other: the diagonal is best by
    // construction.
    constexpr std::size_t kSide = 200;
    std::mt19937 random{3};
    std::uniform_real_distribution<double> weight{0.0, 1.0};
    WeightMatrix weights{kSide, kSide};
    for (std::size_t row = 0; row < kSide; ++row)
        for (std::size_t column = 0; column < kSide; ++column)
            weights.set(row, column, row == column ? 1.5 : weight(random));
    const std::vector<Match> matches = best_matching(weights);
    ASSERT_EQ(matches.size(), kSide);
    for (const Match& pair : matches)
        ASSERT_EQ(pair.row, pair.column);
}

} // namespace
} // namespace vedette::vision
