#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// How many of something come in a second, over the last ten.
///
/// Thread-compatible.
class RateMeter {
public:
    void count(SteadyTime now, std::uint64_t how_many = 1) {
        forget_old(now);
        if (first_ == SteadyTime{})
            first_ = now;
        buckets_[index(second_of(now))] += how_many;
    }

    [[nodiscard]] double per_second(SteadyTime now) {
        forget_old(now);
        if (first_ == SteadyTime{})
            return 0;
        std::uint64_t sum = 0;
        for (const std::uint64_t bucket : buckets_)
            sum += bucket;
        const double since_first = std::chrono::duration<double>(now - first_).count();
        const double inside =
            static_cast<double>(buckets_.size() - 1) +
            std::chrono::duration<double>(now.time_since_epoch() % std::chrono::seconds{1}).count();
        const double over = since_first < inside ? since_first : inside;
        return over > 0 ? static_cast<double>(sum) / over : 0;
    }

private:
    static std::int64_t second_of(SteadyTime at) {
        return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
    }
    [[nodiscard]] std::size_t index(std::int64_t second) const {
        return static_cast<std::size_t>(second) % buckets_.size();
    }
    void forget_old(SteadyTime now) {
        const std::int64_t second = second_of(now);
        const auto kept = static_cast<std::int64_t>(buckets_.size());
        for (std::int64_t s = newest_ < second - kept ? second - kept + 1 : newest_ + 1;
             s <= second; ++s)
            buckets_[index(s)] = 0;
        newest_ = newest_ < second ? second : newest_;
    }

    std::array<std::uint64_t, 10> buckets_{};
    std::int64_t newest_ = 0; ///< second of the newest bucket
    SteadyTime first_;
};

} // namespace vedette::pipeline
