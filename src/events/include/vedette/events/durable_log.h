#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::events {

struct DurableLogOptions {
    std::uint64_t segment_bytes = 64ULL << 20; ///< 64 KiB..1 GiB; a file is closed beyond it
    std::chrono::minutes segment_age{24 * 60}; ///< 1 min or more; an older file is closed, so that
                                               ///< what it holds can be forgotten by age
};

/// What to keep of a log. What is not set limits nothing.
struct RetentionRule {
    std::optional<WallTime> older_than{}; ///< events appended before this time may go
    std::optional<std::uint64_t>
        max_bytes{}; ///< of all files together; the newest one always stays
    /// The position that the slowest subscriber has handled: what is behind it stays, unless
    /// max_bytes cannot be kept otherwise.
    std::optional<ports::LogPosition> handled{};
};

/// What retain() did.
struct RetentionReport {
    std::uint64_t events = 0; ///< gone
    std::uint64_t unread = 0; ///< of these, what the slowest subscriber had not handled
    std::uint64_t bytes = 0;  ///< freed
};

/// The event log in files of one folder; docs/design/event-log.md describes them and what they
/// survive.
///
/// Thread-safe. Callers of append() at the same time share one write and one flush; one of them
/// does it for all, there is no thread of its own. Nobody may be in a call when it is destroyed.
class DurableLog : public ports::EventLog {
public:
    /// Opens the log in `folder`, made for its owner alone if it is not there. What a crash left of
    /// a write that was never acknowledged is cut off; that and damage are told to `log`.
    /// \param log, metrics, clock  borrowed; must outlive the log
    /// \return unavailable if another process has it open or the disk refuses, permission_denied,
    /// resource_exhausted, invalid_argument if a newer Vedette wrote it or an option is out of
    /// range.
    [[nodiscard]] static Result<std::unique_ptr<DurableLog>>
    open(const std::filesystem::path& folder, const DurableLogOptions& options, Log& log,
         Metrics& metrics, const Clock& clock);

    /// Removes whole files, oldest first, as far as the rule wants. Events that a subscriber had
    /// not handled and that had to go for max_bytes are reported, logged and counted.
    virtual Result<RetentionReport> retain(const RetentionRule& rule) = 0;
};

} // namespace vedette::events
