#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "gate/size_watch.h"

/// Packets as encoders make them, from a seed, for the tests of the gate.
namespace vedette::pipeline::testing {

struct StreamShape {
    double fps = 25;
    int group = 50; ///< pictures
    double key_bytes = 80'000;
    double inter_bytes = 4'000;
    double spread = 0.15; ///< of the logarithm (base 2) of sizes
    int b_pictures = 0;   ///< between two that others are built on
    double squeeze = 0;   ///< 0..1, how much smaller pictures are right after a key frame
    double drift = 0;     ///< of the level, log2, slowly to and fro (a rate control)
};

class TestStream {
public:
    TestStream(StreamShape shape, std::uint32_t seed) : shape_{shape}, random_{seed} {}

    /// The next packet in the order of decoding.
    /// \param busier  by how much it is larger than its like, log2
    PacketFacts next(double busier = 0) {
        const int in_group = count_ % shape_.group;
        const int mini = shape_.b_pictures + 1;
        const bool is_key = in_group == 0;
        const bool is_b = !is_key && (in_group - 1) % mini != 0;
        const double level = is_key ? shape_.key_bytes
                                    : shape_.inter_bytes * (is_b ? 0.4 : 1) *
                                          (1 - shape_.squeeze * std::exp(-in_group / 10.0));
        const double wander =
            shape_.drift * std::sin(6.283 * static_cast<double>(count_) / (shape_.fps * 7));
        const double noise = std::normal_distribution<>{0, shape_.spread}(random_);
        const double size = level * std::exp2(noise + wander + (is_key ? busier / 10 : busier));
        const auto time_of = [this](int number) {
            return StreamTime{std::chrono::microseconds{
                static_cast<std::int64_t>(1e6 * static_cast<double>(number) / shape_.fps)}};
        };
        PacketFacts facts;
        facts.decoding_at = time_of(count_);
        // P comes before the B pictures that are shown before it.
        facts.at =
            time_of(count_ + (is_b ? 0 : shape_.b_pictures + (is_key ? -shape_.b_pictures : 0)));
        facts.bytes = static_cast<std::size_t>(std::max(20.0, size));
        facts.key_frame = is_key;
        facts.reference = !is_b;
        facts.set_up = this;
        ++count_;
        return facts;
    }

    [[nodiscard]] double seconds() const { return count_ / shape_.fps; }

private:
    const StreamShape shape_;
    std::mt19937 random_;
    int count_ = 0;
};

/// Very different streams of cameras on which nothing happens.
inline std::vector<std::pair<const char*, StreamShape>> quiet_streams() {
    return {
        {"constant quality, by day", {.inter_bytes = 1'500, .spread = 0.4}},
        {"constant quality, nothing but copies", {.inter_bytes = 30, .spread = 0.3}},
        {"noise at night", {.key_bytes = 200'000, .inter_bytes = 60'000, .spread = 0.05}},
        {"constant rate", {.inter_bytes = 18'000, .spread = 0.1, .squeeze = 0.5, .drift = 0.1}},
        {"rain", {.inter_bytes = 12'000, .spread = 0.3}},
        {"pictures re-ordered", {.inter_bytes = 3'000, .spread = 0.25, .b_pictures = 2}},
        {"long groups", {.group = 250, .inter_bytes = 2'000, .spread = 0.3}},
        {"few pictures", {.fps = 6, .group = 24, .inter_bytes = 2'000, .spread = 0.3}},
        {"key frames alone", {.fps = 10, .group = 1, .key_bytes = 70'000, .spread = 0.04}},
    };
}

} // namespace vedette::pipeline::testing
