#pragma once

#include <optional>

namespace vedette::vision {

/// The same cases answered by two, each rightly or wrongly: a 2x2 table.
struct PairedCounts {
    long both = 0;        ///< right by both
    long only_first = 0;  ///< right by the first alone
    long only_second = 0; ///< right by the second alone
    long neither = 0;

    void add(bool first, bool second) noexcept;
    [[nodiscard]] long total() const noexcept { return both + discordant() + neither; }
    /// Cases that speak for one of the two.
    [[nodiscard]] long discordant() const noexcept { return only_first + only_second; }
    friend bool operator==(const PairedCounts&, const PairedCounts&) = default;
};

/// Up to so many discordant cases the binomial distribution is computed itself; with more, the
/// chi-square distribution is near enough.
inline constexpr long kMostForExactTest = 1000;

/// What McNemar's test says of two answers to the same cases.
struct PairedTest {
    /// 0..1: how likely at least so uneven a split of the discordant cases is if both are equally
    /// good. Two-sided.
    double p = 1;
    bool exact = true; ///< by the binomial distribution
    std::optional<double>
        chi_square; ///< of one degree of freedom, continuity-corrected; else nothing
};

/// McNemar's test of paired shares: only the cases on which the two differ count.
///
/// Up to kMostForExactTest of them the exact binomial test (each falls to either side with 1/2),
/// else chi-square with Edwards' correction, (|b - c| - 1)^2 / (b + c).
///
/// Sources: Q. McNemar, "Note on the sampling error of the difference between correlated
/// proportions or percentages", Psychometrika 12 (1947) 153-157; A. L. Edwards, "Note on the
/// 'correction for continuity' in testing the significance of the difference between correlated
/// proportions", Psychometrika 13 (1948) 185-187. \pre no count is negative
[[nodiscard]] PairedTest mcnemar(const PairedCounts& counts) noexcept;

/// Share of wrong verdicts "worse" that is put up with, when the two are equally good.
inline constexpr double kWorseAlpha = 0.05;

/// Whether the second answers rightly less often than the first, and more so than chance explains.
[[nodiscard]] bool is_second_worse(const PairedCounts& counts) noexcept;

} // namespace vedette::vision
