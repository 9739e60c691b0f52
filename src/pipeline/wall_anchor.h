#pragma once

#include <chrono>
#include <memory>

#include "vedette/base/clock.h"
#include "vedette/imaging/frame.h"

namespace vedette::pipeline {

/// Dates the pictures of a live input, which were dated by when it was opened, after the machine's
/// clock was set: a camera may stay open for months, and the clock of a machine without a battery
/// is right only when the network has told it.
///
/// Thread-compatible.
class WallAnchor {
public:
    /// To be made when the input is opened. \param clock  borrowed
    explicit WallAnchor(const Clock& clock) : clock_{clock}, opened_{offset()} {}

    [[nodiscard]] imaging::FramePtr dated(imaging::FramePtr frame) {
        const auto since_opened = offset() - opened_;
        if (since_opened - shift_ > kStep || shift_ - since_opened > kStep)
            shift_ = since_opened;
        if (shift_ == WallTime::duration::zero())
            return frame;
        auto again = std::make_shared<imaging::Frame>(*frame);
        again->captured_at += shift_;
        return again;
    }

private:
    static constexpr std::chrono::seconds kStep{1};

    [[nodiscard]] WallTime::duration offset() const {
        return clock_.wall_now().time_since_epoch() -
               std::chrono::duration_cast<WallTime::duration>(
                   clock_.steady_now().time_since_epoch());
    }

    const Clock& clock_;
    const WallTime::duration opened_;
    WallTime::duration shift_{};
};

} // namespace vedette::pipeline
