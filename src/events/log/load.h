#pragma once

#include <vector>

#include "log/appender.h"
#include "log/segmented_log.h"

namespace vedette::events {

struct SegmentFile {
    ports::LogPosition first; ///< as its name says
    std::uint64_t bytes = 0;
};

/// The segments that lie in the folder, ascending.
[[nodiscard]] Result<std::vector<SegmentFile>> find_segments(const LogFiles& files);

/// A damaged header costs the events behind it, not the whole log, and is told to `log`.
/// \return invalid_argument if a newer Vedette wrote it.
[[nodiscard]] Result<std::shared_ptr<Segment>> open_segment(LogFiles& files,
                                                            ports::LogPosition first, Log& log);

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
