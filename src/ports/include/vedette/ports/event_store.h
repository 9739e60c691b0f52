#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/ports/event_log.h"

namespace vedette::ports {

/// How a plate in a query is compared with the normalized and the resolved text; PlateMatcher is
/// the definition.
enum class PlateMatch {
    exact = 1,
    prefix,
    wildcard, ///< `?` one character, `*` any number
    fuzzy, ///< at most EventQuery::max_edits edits away, or by what readers confuse (0 and O, …)
};

/// Which events to find. Newest first, by first_seen and then by id, the greater one first.
struct EventQuery {
    std::optional<std::string> plate; ///< as typed: separators and case do not matter
    PlateMatch match = PlateMatch::exact;
    int max_edits = 1;                     ///< 0..2, of a fuzzy match
    std::vector<domain::CameraId> cameras; ///< empty: all
    std::vector<std::string> labels;       ///< empty: all
    std::optional<WallTime> from;          ///< first_seen at this time or later
    std::optional<WallTime> to;            ///< first_seen before this time
    float min_confidence = 0; ///< 0..1, of the plate's text; 0 also finds events without
    bool with_discarded = false;
    std::size_t limit = 50; ///< 1..500
    std::string cursor;     ///< EventPage::next of the page before; empty: the first page
};

/// An event, and why a query found it.
struct FoundEvent {
    domain::Event event;
    std::string
        reason; ///< of a fuzzy match, for people: "1 edit: AB12CD", "0 read as O"; else empty
};

struct EventPage {
    std::vector<FoundEvent> events;
    std::string next; ///< cursor of the next page; empty on the last one
};

struct StoreExtent {
    std::uint64_t events = 0;
    std::optional<WallTime> oldest; ///< first_seen
    std::optional<WallTime> newest;
    std::uint64_t bytes = 0;
};

/// Everything that was seen, to be found again.
///
/// Thread-safe: one writer at a time, any number of readers beside it. Implementations pass
/// ports/testing/event_store_contract.h, which is the definition of this interface.
class EventStore {
public:
    virtual ~EventStore() = default;

    /// Stores events and the subscriber's position in one transaction: after a crash both are there
    /// or neither. An event whose id is known replaces the one that is there. The position is taken
    /// as it is said, also if it is smaller than the one before.
    /// \return resource_exhausted if the disk is full, unavailable if it refuses or is busy for too
    /// long, data_loss if the store is damaged; then nothing of this call was stored.
    virtual Status apply(std::string_view subscriber, LogPosition up_to,
                         std::span<const domain::Event> events) = 0;

    /// Where the subscriber stands; 0 if it never came.
    [[nodiscard]] virtual Result<LogPosition> position(std::string_view subscriber) const = 0;

    /// \return not_found.
    [[nodiscard]] virtual Result<domain::Event> find(const domain::EventId& id) const = 0;

    /// \return invalid_argument naming the field: a limit out of range, a cursor that is none of
    /// this store's, a plate without letters or digits, too many wildcards.
    [[nodiscard]] virtual Result<EventPage> search(const EventQuery& query) const = 0;

    [[nodiscard]] virtual Result<StoreExtent> extent() const = 0;

    /// Removes at most `max` events first seen before `before`, oldest first, and every trace of
    /// them in indexes. \return the snapshots that nothing refers to any more, to be deleted.
    virtual Result<std::vector<std::string>> forget(WallTime before, std::size_t max) = 0;
};

/// \return invalid_argument naming the field that is out of range; what every implementation of
/// search() asks first.
[[nodiscard]] Status check_query(const EventQuery& query);

} // namespace vedette::ports
