#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// Tells when the machine is too slow for its cameras: when, over ten seconds, more than a fifth of
/// the pictures that were due did not get their look; and when that is over: below a twentieth.
///
/// Thread-compatible.
class OverloadWatch {
public:
    struct Change {
        bool overloaded = false;
        double lost = 0; ///< 0..1, share of the pictures that were due
    };

    /// \param looked   since the start, looks
    /// \param dropped  since the start, pictures that were due and got none
    /// \return what changed, if anything did.
    [[nodiscard]] std::optional<Change> update(SteadyTime now, std::uint64_t looked,
                                               std::uint64_t dropped) {
        if (begun_ == SteadyTime{})
            begin(now, looked, dropped);
        if (now - begun_ < kWindow)
            return std::nullopt;
        const auto lost_now = static_cast<double>(dropped - dropped_);
        const auto due = lost_now + static_cast<double>(looked - looked_);
        const double lost = due > 0 ? lost_now / due : 0;
        begin(now, looked, dropped);
        const bool overloaded = overloaded_ ? lost >= kWellAgain : lost > kTooMuch;
        if (overloaded == overloaded_)
            return std::nullopt;
        overloaded_ = overloaded;
        return Change{overloaded, lost};
    }

private:
    static constexpr std::chrono::seconds kWindow{10};
    static constexpr double kTooMuch = 0.20;
    static constexpr double kWellAgain = 0.05;

    void begin(SteadyTime now, std::uint64_t looked, std::uint64_t dropped) {
        begun_ = now;
        looked_ = looked;
        dropped_ = dropped;
    }

    SteadyTime begun_; ///< of the window
    std::uint64_t looked_ = 0;
    std::uint64_t dropped_ = 0;
    bool overloaded_ = false;
};

} // namespace vedette::pipeline
