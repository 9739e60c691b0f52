#pragma once

#include <chrono>
#include <optional>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"

namespace vedette::app {

/// What time it is for those who delete by age: the machine's clock, unless it was just set.
///
/// A clock that suddenly shows another time than it should, by what it showed before and the time
/// since, is in doubt until it has gone on from there for a day. So is one that is two days ahead
/// of the newest thing that was written down before the start. Meanwhile the earlier of the two
/// times counts: nothing goes that would not have gone anyway. docs/design/time.md tells why.
///
/// Thread-compatible.
class TrustedTime {
public:
    /// \param newest  time of the last thing that was written down before; nothing: the clock is
    /// believed
    /// \param clock, messages  borrowed
    TrustedTime(std::optional<WallTime> newest, const Clock& clock, Log& messages);

    /// To be asked every minute or so; what the clock shows in between is not noticed.
    [[nodiscard]] WallTime now();
    [[nodiscard]] bool in_doubt() const noexcept { return doubt_.has_value(); }

private:
    struct Moment {
        WallTime wall;
        SteadyTime steady;
        /// What the wall clock shows later, if it just goes on.
        [[nodiscard]] WallTime at(SteadyTime later) const;
    };

    const Clock& clock_;
    Log& messages_;
    Moment believed_;
    std::optional<Moment> doubt_; ///< when the clock began to show something else
};

} // namespace vedette::app
