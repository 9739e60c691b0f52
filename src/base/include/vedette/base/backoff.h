#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace vedette {

struct BackoffOptions {
    std::chrono::milliseconds first{100}; ///< pause after the first failure; each one doubles it
    std::chrono::milliseconds longest{30000}; ///< as far as this
    double jitter = 0.2; ///< 0..1: how much of a pause is left to chance, so that many do not come
                         ///< back at the same moment
};

/// How long to wait after each of a row of failures.
///
/// Thread-compatible.
class Backoff {
public:
    Backoff(const BackoffOptions& options, std::uint64_t seed)
        : options_{options}, random_{static_cast<std::minstd_rand::result_type>(seed)} {}
    /// The pause after one more failure.
    [[nodiscard]] std::chrono::milliseconds next();
    /// It worked: the next failure is the first one again.
    void reset() noexcept { failures_ = 0; }

private:
    const BackoffOptions options_;
    std::minstd_rand random_;
    int failures_ = 0;
};

} // namespace vedette
