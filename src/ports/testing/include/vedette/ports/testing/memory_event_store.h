#pragma once

#include <map>
#include <set>
#include <string>

#include "vedette/base/guarded.h"
#include "vedette/ports/event_store.h"

namespace vedette::ports::testing {

/// An EventStore that looks at every event for every question: too slow to use, too plain to be
/// wrong. Thread-safe.
class MemoryEventStore final : public EventStore {
public:
    Status apply(std::string_view subscriber, LogPosition up_to,
                 std::span<const domain::Event> events) override;
    [[nodiscard]] Result<LogPosition> position(std::string_view subscriber) const override;
    [[nodiscard]] Result<domain::Event> find(const domain::EventId& id) const override;
    [[nodiscard]] Result<EventPage> search(const EventQuery& query) const override;
    [[nodiscard]] Result<StoreExtent> extent() const override;
    Result<std::vector<std::string>> forget(WallTime before, std::size_t max) override;

private:
    struct Contents {
        std::map<domain::EventId, domain::Event> events;
        std::map<std::string, LogPosition, std::less<>> positions;
        std::set<std::string> loose_snapshots; ///< of events that were replaced
    };
    Guarded<Contents> contents_;
};

} // namespace vedette::ports::testing
