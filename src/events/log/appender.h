#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "log/log_files.h"
#include "log/segment.h"
#include "vedette/base/clock.h"
#include "vedette/events/durable_log.h"

namespace vedette::events {

/// The segment that grows.
struct Newest {
    std::shared_ptr<Segment> segment;
    std::shared_ptr<LogFile> file; ///< open for writing
    ports::LogPosition last;       ///< durable
    std::uint64_t end = 0;         ///< durable
    Mark tail;                     ///< where the last group starts
};

/// Writes groups of records at the end of the newest segment, and starts new segments.
///
/// What it does when the disk fails: after a failed write the file is cut back to its durable end
/// and used on; after a failed flush nothing is ever written to that file again, because what the
/// kernel then calls clean need not be on the disk: the next group goes to a new file. That file's
/// name says which positions are its own, so remains of the failed group in the old one mean
/// nothing.
///
/// Thread-compatible. Borrows files and clock.
class Appender {
public:
    Appender(LogFiles& files, const Clock& clock, const DurableLogOptions& options, Newest newest)
        : files_{files}, clock_{clock}, options_{options}, newest_{std::move(newest)} {}

    /// Makes the segment whose first event will be `first`; durable when this returns.
    static Result<Newest> start_segment(LogFiles& files, const Clock& clock,
                                        ports::LogPosition first);

    [[nodiscard]] const Newest& newest() const noexcept { return newest_; }

    /// Makes the encoded records durable as one group.
    /// \return resource_exhausted or unavailable; then none of them will be read.
    Status commit(std::span<std::byte> records);

    /// Starts a new segment, so that all there is can be forgotten. Does nothing if the newest one
    /// holds no event.
    Status roll();

private:
    /// A segment in which a group of so many bytes may be written.
    Status make_room(std::size_t bytes);
    Status start_next();
    /// Removes what a failed group left behind the durable end, as far as the disk lets us.
    void take_back();

    LogFiles& files_;
    const Clock& clock_;
    const DurableLogOptions options_;
    Newest newest_;
    bool distrusted_ = false; ///< nothing more may be written to the newest file
};

} // namespace vedette::events
