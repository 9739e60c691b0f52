#include "app/server/store_feeder.h"

#include <span>
#include <vector>

#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

constexpr std::size_t kBatch = 512;

/// \return nothing for what is no sighting, or cannot be understood.
std::optional<domain::Event> sighting_in(const ports::Envelope& envelope, Counter& unreadable,
                                         Log& messages) {
    if (envelope.kind != "sighting")
        return std::nullopt;
    auto event = events::event_from_json(envelope.payload);
    if (event)
        return *std::move(event);
    unreadable.add();
    messages.error("an event of the log could not be understood",
                   {{"event", envelope.id.value()}, {"reason", event.error().message()}});
    return std::nullopt;
}

} // namespace

Result<std::unique_ptr<events::Subscriber>>
feed_store(const ports::EventLog& log, ports::EventStore& store, Metrics& metrics, Log& messages) {
    VEDETTE_TRY(const auto start, store.position(kStoreFeeder));
    const auto unreadable = metrics.counter("app_events_unreadable_total",
                                            "Events of the log that could not be understood");
    const auto apply = [&store, &messages,
                        unreadable](std::span<const ports::LoggedEvent> batch) -> Status {
        std::vector<domain::Event> sightings;
        for (const ports::LoggedEvent& logged : batch)
            if (auto event = sighting_in(logged.event, *unreadable, messages))
                sightings.push_back(*std::move(event));
        VEDETTE_CHECK_OK(store.apply(kStoreFeeder, batch.back().position, sightings));
        for (const domain::Event& event : sightings)
            messages.debug("sighting stored", {{"camera", event.camera.value()},
                                               {"track", event.track.value()},
                                               {"trace", event.trace.to_hex()},
                                               {"event", event.id.value()}});
        return {};
    };
    return std::make_unique<events::Subscriber>(
        events::SubscriberOptions{.name = kStoreFeeder, .batch = kBatch, .backoff = {}},
        events::Subscriber::Needs{log, messages, metrics}, start, apply);
}

} // namespace vedette::app
