#pragma once

#include <optional>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/media/probe.h"

namespace vedette::media {

/// Measures a stream by its packets. Keeps the times of the newest few thousand pictures.
///
/// Thread-compatible.
class StreamMeter {
public:
    struct Picture {
        StreamTime at;
        bool key_frame = false;
        bool time_jumped = false;
        std::size_t bytes = 0;
    };

    explicit StreamMeter(bool live) : live_{live} {}
    void add(const Picture& picture, SteadyTime arrived);
    void add_audio() { ++audio_; }

    [[nodiscard]] std::uint64_t key_frames() const noexcept { return key_frames_; }
    [[nodiscard]] StreamMeasures measures() const;

private:
    void measure_times(StreamMeasures& out) const;

    const bool live_;
    std::vector<StreamTime> times_;
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t audio_ = 0;
    std::uint64_t key_frames_ = 0;
    std::uint64_t jumps_ = 0;
    bool reordered_ = false;
    std::optional<StreamTime> latest_; ///< the highest time so far
    std::optional<StreamTime> last_key_;
    int since_key_ = 0;
    std::optional<std::chrono::microseconds> longest_key_interval_;
    std::optional<int> longest_key_distance_;
    std::optional<SteadyTime> first_arrival_;
    SteadyTime last_arrival_;
};

} // namespace vedette::media
