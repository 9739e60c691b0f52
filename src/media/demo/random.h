#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vedette::media::demo {

/// Mixes 64 bits; the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
[[nodiscard]] constexpr std::uint64_t mix_bits(std::uint64_t v) noexcept {
    v = (v ^ (v >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    v = (v ^ (v >> 27U)) * 0x94d049bb133111ebULL;
    return v ^ (v >> 31U);
}

/// SplitMix64: the same numbers on every machine and standard library.
class Random {
public:
    explicit constexpr Random(std::uint64_t seed) noexcept
        : state_{mix_bits(seed + 0x9e3779b97f4a7c15ULL)} {}

    constexpr std::uint64_t bits() noexcept { return mix_bits(state_ += 0x9e3779b97f4a7c15ULL); }
    /// 0 .. n-1. \pre n > 0
    constexpr int below(int n) noexcept {
        return static_cast<int>((bits() >> 32U) * static_cast<std::uint64_t>(n) >> 32U);
    }
    /// 0 <= value < 1
    constexpr float unit() noexcept {
        return static_cast<float>(bits() >> 40U) * (1.0F / 16777216.0F);
    }
    constexpr float between(float low, float high) noexcept { return low + (high - low) * unit(); }
    constexpr bool chance(float p) noexcept { return unit() < p; }
    template <class T>
    constexpr const T& pick(std::span<const T> from) noexcept {
        return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
    }
    template <class T, std::size_t N>
    constexpr const T& pick(const T (&from)[N]) noexcept {
        return pick(std::span<const T>{from});
    }

private:
    std::uint64_t state_;
};

/// A number 0 <= v < 1 that belongs to a cell of a grid: textures without memory.
[[nodiscard]] constexpr float cell_noise(int x, int y, std::uint32_t salt = 0) noexcept {
    std::uint32_t h = static_cast<std::uint32_t>(x) * 0x85ebca6bU ^
                      static_cast<std::uint32_t>(y) * 0xc2b2ae35U ^ salt * 0x27d4eb2fU;
    h = (h ^ (h >> 15U)) * 0x2c1b3c6dU;
    h = (h ^ (h >> 12U)) * 0x297a2d39U;
    h ^= h >> 15U;
    return static_cast<float>(h >> 8U) * (1.0F / 16777216.0F);
}

/// Smooth noise 0..1 of wavelength 1.
[[nodiscard]] float value_noise(float x, float y, std::uint32_t salt = 0) noexcept;
/// Three octaves of it.
[[nodiscard]] float cloud_noise(float x, float y, std::uint32_t salt = 0) noexcept;

} // namespace vedette::media::demo
