#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

namespace vedette::pipeline {

/// How long to wait before the next try: doubles from `first` to `most`, each time shortened by up
/// to half, at random, so that the cameras behind one switch do not all come back in one moment.
///
/// Thread-compatible.
class BackOff {
public:
    BackOff(std::chrono::milliseconds first, std::chrono::milliseconds most, std::uint32_t seed)
        : first_{first}, most_{std::max(first, most)}, next_{first}, random_{seed} {}

    [[nodiscard]] std::chrono::milliseconds next() {
        const auto full = std::exchange(next_, std::min(next_ * 2, most_));
        std::uniform_int_distribution<std::int64_t> shorter{full.count() / 2, full.count()};
        return std::chrono::milliseconds{shorter(random_)};
    }
    /// After a success that lasted.
    void reset() { next_ = first_; }

private:
    const std::chrono::milliseconds first_;
    const std::chrono::milliseconds most_;
    std::chrono::milliseconds next_;
    std::minstd_rand random_;
};

} // namespace vedette::pipeline
