#include "vedette/vision/eval/mcnemar.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vedette::vision {
namespace {

/// Twice the tail of the binomial distribution (n, 1/2) up to `least`, at most 1. Each term follows
/// from the one before; their logarithms, as 2^-n leaves the range of a double beyond n = 1074.
double two_tails(long n, long least) noexcept {
    double log_term = -static_cast<double>(n) * std::log(2.0); // of k = 0
    double tail = std::exp(log_term);
    for (long k = 1; k <= least; ++k) {
        log_term += std::log(static_cast<double>(n - k + 1) / static_cast<double>(k));
        tail += std::exp(log_term);
    }
    return std::min(1.0, 2 * tail);
}

} // namespace

void PairedCounts::add(bool first, bool second) noexcept {
    if (first)
        ++(second ? both : only_first);
    else
        ++(second ? only_second : neither);
}

PairedTest mcnemar(const PairedCounts& counts) noexcept {
    const long n = counts.discordant();
    if (n == 0)
        return {};
    if (n <= kMostForExactTest)
        return {.p = two_tails(n, std::min(counts.only_first, counts.only_second)),
                .exact = true,
                .chi_square = std::nullopt};
    const double difference =
        static_cast<double>(std::labs(counts.only_first - counts.only_second));
    const double corrected = std::max(0.0, difference - 1);
    const double chi_square = corrected * corrected / static_cast<double>(n);
    return {.p = std::erfc(std::sqrt(chi_square / 2)), .exact = false, .chi_square = chi_square};
}

bool is_second_worse(const PairedCounts& counts) noexcept {
    return counts.only_second < counts.only_first && mcnemar(counts).p < kWorseAlpha;
}

} // namespace vedette::vision
