#pragma once

#include <cstdint>
#include <vector>

#include "log/segment.h"

namespace vedette::events {

/// How the newest segment of a log was left.
struct Tail {
    ports::LogPosition
        last;              ///< of the last whole group; before the segment's first if there is none
    std::uint64_t end = 0; ///< offset behind it; what follows was never acknowledged
    std::uint64_t group_begin = 0; ///< where the last group starts
    Marks marks;
    std::vector<LostRange> lost; ///< damage within what had been acknowledged
};

/// Finds the end of what was acknowledged.
///
/// A group is written only when the one before it is durable. So what cannot be read and is
/// followed by nothing but its own group is the torn end of a write that nobody was told had
/// worked; what is followed by a later group was durable once, and is damage. \return unavailable
/// if the file cannot be read.
[[nodiscard]] Result<Tail> find_tail(const LogFile& file, const SegmentHeader& header,
                                     std::uint64_t bytes, const std::string& path);

/// No event in a segment of so many bytes can stand behind this position.
[[nodiscard]] ports::LogPosition highest_possible(ports::LogPosition first, std::uint64_t bytes);

} // namespace vedette::events
