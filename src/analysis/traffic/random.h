#pragma once

#include <cstddef>
#include <cstdint>

namespace vedette::analysis {

/// Numbers by chance that are the same on every machine: xoshiro256** seeded by splitmix64
/// (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), and distributions
/// made of the four operations alone, which IEEE 754 defines to the last bit. Those of the standard
/// library differ between libraries, and so do logarithms.
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept {
        for (auto& part : state_)
            part = split_mix(seed);
    }
    [[nodiscard]] std::uint64_t next() noexcept {
        const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate(state_[3], 45);
        return result;
    }
    /// 0 <= x < 1
    [[nodiscard]] double unit() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    /// 0 <= x < end; \pre end > 0. The bias is below 2^-40 for all that is asked here.
    [[nodiscard]] std::uint64_t below(std::uint64_t end) noexcept { return (next() >> 8U) % end; }
    [[nodiscard]] std::size_t index(std::size_t size) noexcept {
        return static_cast<std::size_t>(below(size));
    }
    /// low <= x <= high
    [[nodiscard]] int between(int low, int high) noexcept {
        return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
    }
    [[nodiscard]] double between(double low, double high) noexcept {
        return low + (high - low) * unit();
    }
    [[nodiscard]] bool chance(double probability) noexcept { return unit() < probability; }
    /// Nearly normal: the sum of twelve uniform numbers (Irwin and Hall); within six deviations.
    [[nodiscard]] double around(double mean, double deviation) noexcept {
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += unit();
        return mean + deviation * sum;
    }

    static std::uint64_t split_mix(std::uint64_t& state) noexcept {
        std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

private:
    static std::uint64_t rotate(std::uint64_t x, unsigned by) noexcept {
        return (x << by) | (x >> (64U - by));
    }

    std::uint64_t state_[4]{};
};

/// One number of several, for chances that belong to a thing (a vehicle's taste for a road) and not
/// to the order in which they are asked for.
[[nodiscard]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
    std::uint64_t state = a ^ (b * 0xD6E8FEB86659FD93U);
    return Random::split_mix(state);
}
[[nodiscard]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
    return mix(mix(a, b), c);
}
/// The same as 0 <= x < 1.
[[nodiscard]] inline double unit_of(std::uint64_t hash) noexcept {
    return static_cast<double>(hash >> 11U) * 0x1.0p-53;
}

} // namespace vedette::analysis
