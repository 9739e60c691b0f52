#pragma once

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

    /// \return the same picture, or one that shares its pixels and has another date.
    [[nodiscard]] imaging::FramePtr dated(imaging::FramePtr frame);

private:
    [[nodiscard]] WallTime::duration offset() const;

    const Clock& clock_;
    const WallTime::duration opened_;
    WallTime::duration shift_{};
};

} // namespace vedette::pipeline
