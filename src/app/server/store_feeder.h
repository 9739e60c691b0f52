#pragma once

#include <memory>

#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/events/subscriber.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/event_store.h"

namespace vedette::app {

/// The feeder's name in the store.
inline constexpr const char* kStoreFeeder = "store";

/// Brings the sightings of the log into the store from where the store says it stands, on a thread
/// of its own: events and position become visible together, so a crash loses and doubles nothing.
/// While the store refuses, the same events are tried again, later and later. Everything is
/// borrowed and must outlive what is returned.
/// \return the store's error, if it cannot say where it stands.
Result<std::unique_ptr<events::Subscriber>>
feed_store(const ports::EventLog& log, ports::EventStore& store, Metrics& metrics, Log& messages);

} // namespace vedette::app
