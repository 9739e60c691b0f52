#pragma once

#include <vector>

#include "log/appender.h"
#include "log/segmented_log.h"

namespace vedette::events {

/// What lies in the folder of a log.
struct LoadedLog {
    std::vector<SegmentEntry> segments; ///< ascending; the last one is `newest`
    Newest newest;
    std::uint64_t damaged = 0; ///< events
};

/// Opens what is there, cuts off what a crash left behind the last whole group, makes the first
/// segment if there is none. Damage and what was cut off are told to `log`.
/// \return as DurableLog::open().
[[nodiscard]] Result<LoadedLog> load_log(LogFiles& files, const Clock& clock, Log& log);

} // namespace vedette::events
