#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "log/appender.h"
#include "log/log_files.h"
#include "log/probe.h"
#include "log/segment.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/events/durable_log.h"

namespace vedette::events {

/// One file of the log, and where what is durable in it ends.
struct SegmentEntry {
    std::shared_ptr<Segment> segment;
    std::uint64_t end = 0;
};

/// The log over any LogFiles: DurableLog::open() gives it a real folder, tests one that breaks.
///
/// The files are touched by one caller at a time, who holds the turn (`busy_`) and not the lock, so
/// that readers never wait for the disk.
class SegmentedLog final : public DurableLog {
public:
    SegmentedLog(std::unique_ptr<LogFiles> files, const DurableLogOptions& options, Log& log,
                 Metrics& metrics, const Clock& clock);

    /// Finds out what is in the folder; called once, before anything else.
    Status load();

    Result<ports::LogPosition> append(std::span<const ports::Envelope> events) override;
    [[nodiscard]] Result<std::vector<ports::LoggedEvent>> read(ports::LogPosition after,
                                                               std::size_t max) const override;
    [[nodiscard]] ports::LogPosition beyond_damage(ports::LogPosition after) const override;
    [[nodiscard]] bool wait_beyond(ports::LogPosition after, std::chrono::milliseconds patience,
                                   std::stop_token stop) const override;
    [[nodiscard]] ports::LogExtent extent() const override;
    Status forget(ports::LogPosition up_to) override;
    Result<RetentionReport> retain(const RetentionRule& rule) override;

private:
    using Lock = std::unique_lock<std::mutex>;
    /// One call of append() that waits for its flush.
    struct Pending {
        std::vector<std::byte> records;
        std::uint64_t count = 0;
        std::optional<Result<ports::LogPosition>> result;
    };
    /// The oldest segment, for the question whether it may go.
    struct Oldest {
        ports::LogPosition first, last;
        WallTime until; ///< everything in it was appended before
        std::uint64_t bytes = 0;
        std::uint64_t log_bytes = 0;
    };

    void lead(Lock& lock);
    std::vector<Pending*> take_group();
    void take_turn(Lock& lock);
    void end_turn(Lock& lock);
    /// Takes over what the appender has made durable. \return the segment that is complete now.
    std::shared_ptr<Segment> adopt_newest();
    [[nodiscard]] ports::LogExtent extent_locked() const;
    [[nodiscard]] Oldest oldest_locked() const;
    Status close_if_older_than(WallTime time);
    Status remove_by(const RetentionRule& rule, RetentionReport& report);
    Result<std::optional<Oldest>>
    remove_oldest_if(const std::function<bool(const Oldest&)>& may_go);

    [[nodiscard]] std::optional<SegmentView> view_of(ports::LogPosition wanted) const;
    [[nodiscard]] bool lists(const Segment& segment) const;
    /// Reads on from `wanted`; \return the damage that stands there, if nothing could be read.
    [[nodiscard]] Result<std::optional<LostRange>> fill(ports::LogPosition wanted,
                                                        Page& page) const;
    /// Segments that nobody reads are closed, the one that was read longest ago first.
    void keep_warm(const std::shared_ptr<Segment>& segment) const;

    const std::unique_ptr<LogFiles> files_;
    const DurableLogOptions options_;
    Log& log_;
    const Clock& clock_;
    LogProbe probe_;
    mutable Guarded<std::deque<std::shared_ptr<Segment>>> warm_; // read last, first; not the newest

    // Belong to whoever has the turn.
    std::optional<Appender> appender_;
    std::vector<std::byte> group_;

    mutable std::mutex mutex_; // protects everything below; never held while a file is touched
    std::condition_variable turn_over_;
    mutable std::condition_variable_any grown_;
    bool busy_ = false;
    std::deque<Pending*> pending_;
    std::vector<SegmentEntry> segments_; // ascending; after load() the last one is there and sound
    ports::LogPosition last_;
    Mark tail_;
};

/// \return as DurableLog::open() does, but any options are good.
[[nodiscard]] Result<std::unique_ptr<DurableLog>>
open_segmented_log(std::unique_ptr<LogFiles> files, const DurableLogOptions& options, Log& log,
                   Metrics& metrics, const Clock& clock);

} // namespace vedette::events
