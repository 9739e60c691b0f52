#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/base/strong_id.h"
#include "vedette/domain/ids.h"

namespace vedette::ports {

/// Where an event stands in one log: 1, 2, 3, …; 0 is before the first.
using LogPosition = StrongId<struct LogPositionTag, std::uint64_t>;

/// One fact on its way from those who find out to those who want to know.
struct Envelope {
    domain::EventId id;      ///< deterministic: a repeat is recognised by it everywhere
    std::string kind;        ///< "sighting", "camera.offline", …: [a-z0-9_.]+, at most 64 bytes
    domain::CameraId camera; ///< empty: of the whole node
    WallTime at;             ///< when it happened
    std::string payload;     ///< JSON, at most 1 MiB; its form depends on the kind
    friend bool operator==(const Envelope&, const Envelope&) = default;
};

struct LoggedEvent {
    LogPosition position;
    Envelope event;
};

/// What a log holds; the events in it have the positions first … last.
struct LogExtent {
    LogPosition first; ///< the oldest one kept; last + 1 if there is none
    LogPosition last;  ///< 0 if nothing was ever appended
    std::uint64_t bytes = 0;
};

/// The node's own record of what happened: append-only, in order, durable before anything is
/// acknowledged. Subscribers read it from their own position and keep that position with their own
/// effect (see EventStore::apply), so a crash at any moment loses nothing and repeats nothing
/// visible.
///
/// Thread-safe. Implementations pass ports/testing/event_log_contract.h, which is the definition of
/// this interface.
class EventLog {
public:
    virtual ~EventLog() = default;

    /// Returns once all of them will survive a crash of this machine; concurrent callers share one
    /// flush. They stand together and in this order.
    /// \param events  32 MiB together at most
    /// \return the position of the last one (of none: the log's last); invalid_argument naming what
    /// is wrong with an event, and then none is taken; resource_exhausted if the disk is full,
    /// unavailable if it refuses: then none of them will ever be read.
    virtual Result<LogPosition> append(std::span<const Envelope> events) = 0;

    /// The oldest events after `after`, at most `max` of them, fewer if they are large; nothing if
    /// there are none yet. Only what is durable is seen. What was forgotten is passed over: the
    /// first position may be larger than after + 1.
    /// \return data_loss naming the file and place of a damaged record, when it is the next one.
    [[nodiscard]] virtual Result<std::vector<LoggedEvent>> read(LogPosition after,
                                                                std::size_t max) const = 0;

    /// Where a reader that wants to go on after data_loss reads on: the last position that is lost,
    /// or `after` itself if the event behind it is not damaged.
    [[nodiscard]] virtual LogPosition beyond_damage(LogPosition after) const { return after; }

    /// Waits until there is an event after `after`.
    /// \return false after a stop request, or when `patience` is over.
    [[nodiscard]] virtual bool wait_beyond(LogPosition after, std::chrono::milliseconds patience,
                                           std::stop_token stop) const = 0;

    [[nodiscard]] virtual LogExtent extent() const = 0;

    /// Forgets events up to and including `up_to`, oldest first; the log may keep some of them to
    /// forget whole files. Positions are never used again.
    virtual Status forget(LogPosition up_to) = 0;
};

/// Why this event cannot be logged; what every implementation of append() asks first.
[[nodiscard]] Status check_envelope(const Envelope& event);

} // namespace vedette::ports
