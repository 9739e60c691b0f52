#include "vedette/ports/testing/memory_event_store.h"

#include <algorithm>

#include "vedette/ports/page_position.h"
#include "vedette/ports/plate_matcher.h"

namespace vedette::ports::testing {
namespace {

using domain::Event;

template <class T>
bool is_wanted(const std::vector<T>& wanted, const T& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool passes_filters(const EventQuery& query, const Event& event) {
    if (!query.with_discarded && !domain::is_published(event.verdict))
        return false;
    if (query.min_confidence > 0 &&
        !(event.plate && event.plate->confidence >= query.min_confidence))
        return false;
    return is_wanted(query.cameras, event.camera) && is_wanted(query.labels, event.label) &&
           (!query.from || event.first_seen >= *query.from) &&
           (!query.to || event.first_seen < *query.to);
}

PagePosition position_of(const Event& event) { return {event.first_seen, event.id}; }

std::set<std::string> snapshots_of(const Event& event) {
    std::set<std::string> keys{event.snapshot, event.plate_snapshot};
    keys.erase("");
    return keys;
}

} // namespace

Status MemoryEventStore::apply(std::string_view subscriber, LogPosition up_to,
                               std::span<const Event> events) {
    contents_.with([&](Contents& contents) {
        for (const Event& event : events) {
            if (const auto known = contents.events.find(event.id); known != contents.events.end())
                contents.loose_snapshots.merge(snapshots_of(known->second));
            contents.events.insert_or_assign(event.id, event);
        }
        contents.positions.insert_or_assign(std::string{subscriber}, up_to);
    });
    return {};
}

Result<LogPosition> MemoryEventStore::position(std::string_view subscriber) const {
    return contents_.with([&](const Contents& contents) {
        const auto found = contents.positions.find(subscriber);
        return found == contents.positions.end() ? LogPosition{} : found->second;
    });
}

Result<Event> MemoryEventStore::find(const domain::EventId& id) const {
    return contents_.with([&](const Contents& contents) -> Result<Event> {
        const auto found = contents.events.find(id);
        if (found == contents.events.end())
            return Error{ErrorCode::not_found, "no event '" + id.value() + "'"};
        return found->second;
    });
}

Result<EventPage> MemoryEventStore::search(const EventQuery& query) const {
    VEDETTE_CHECK_OK(check_query(query));
    std::optional<PagePosition> after;
    if (!query.cursor.empty()) {
        VEDETTE_TRY(after, from_cursor(query.cursor));
    }
    std::optional<PlateMatcher> matcher;
    if (query.plate) {
        VEDETTE_TRY(matcher, PlateMatcher::make(*query.plate, query.match, query.max_edits));
    }
    EventPage page;
    contents_.with([&](const Contents& contents) {
        for (const auto& [id, event] : contents.events) {
            if (!passes_filters(query, event) ||
                (after && !is_listed_before(*after, position_of(event))))
                continue;
            const auto reason = !matcher      ? std::string{}
                                : event.plate ? matcher->match(*event.plate)
                                              : std::nullopt;
            if (reason)
                page.events.push_back({event, *reason});
        }
    });
    std::sort(page.events.begin(), page.events.end(), [](const auto& a, const auto& b) {
        return is_listed_before(position_of(a.event), position_of(b.event));
    });
    if (page.events.size() > query.limit) {
        page.events.resize(query.limit);
        page.next = to_cursor(position_of(page.events.back().event));
    }
    return page;
}

Result<StoreExtent> MemoryEventStore::extent() const {
    return contents_.with([](const Contents& contents) {
        StoreExtent extent;
        for (const auto& [id, event] : contents.events) {
            extent.oldest = std::min(extent.oldest.value_or(event.first_seen), event.first_seen);
            extent.newest = std::max(extent.newest.value_or(event.first_seen), event.first_seen);
        }
        extent.events = contents.events.size();
        extent.bytes = contents.events.size() * sizeof(Event);
        return extent;
    });
}

Result<std::vector<std::string>> MemoryEventStore::forget(WallTime before, std::size_t max) {
    return contents_.with([&](Contents& contents) {
        std::vector<PagePosition> old;
        for (const auto& [id, event] : contents.events)
            if (event.first_seen < before)
                old.push_back(position_of(event));
        std::sort(old.begin(), old.end(),
                  [](const auto& a, const auto& b) { return is_listed_before(b, a); });
        old.resize(std::min(old.size(), max));

        std::set<std::string> loose = std::move(contents.loose_snapshots);
        contents.loose_snapshots.clear();
        for (const PagePosition& position : old) {
            const auto event = contents.events.find(position.id);
            loose.merge(snapshots_of(event->second));
            contents.events.erase(event);
        }
        for (const auto& [id, event] : contents.events)
            for (const std::string& key : snapshots_of(event))
                loose.erase(key);
        return std::vector<std::string>{loose.begin(), loose.end()};
    });
}

} // namespace vedette::ports::testing
