#pragma once

#include <chrono>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::recording {

/// How much of what was asked for a camera's encoder still does: it gives up quality first, then
/// pictures, and takes both back once there is time again. Who steps up and has to step down soon
/// waits longer before the next try.
///
/// No thread, no clock, no I/O. Thread-compatible.
class EncodeLoad {
public:
    /// One step; the higher, the less there is to do.
    struct Step {
        bool worse = false;           ///< a quality lower
        double share = 1;             ///< of the pictures
        bool key_frames_only = false; ///< no others are even decoded
    };
    static constexpr int kSteps = 5;
    [[nodiscard]] static Step step(int level);

    /// \param lag   how old the newest thing is that was done
    /// \param busy  0..1, share of its time that the encoder's thread was at work since the call
    ///   before
    /// \param lost  something had to be left out since then
    /// \return whether the level changed
    bool observe(SteadyTime now, std::chrono::milliseconds lag, double busy, bool lost);

    [[nodiscard]] int level() const noexcept { return level_; }

private:
    void go_to(int level, SteadyTime now);

    int level_ = 0;
    std::optional<SteadyTime> changed_;
    std::optional<SteadyTime> stepped_up_;
    std::optional<SteadyTime> easy_since_;
    std::chrono::seconds patience_{20}; ///< how long it must be easy before a step up
};

} // namespace vedette::recording
