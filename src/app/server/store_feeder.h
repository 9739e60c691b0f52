#pragma once

#include <memory>
#include <thread>

#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/event_store.h"

namespace vedette::app {

/// Brings sightings from the log into the store, on a thread of its own, from where the store says
/// it stands: events and position become visible together, so nothing is lost or doubled by a
/// crash. While the store refuses, it tries the same events again, later and later.
class StoreFeeder {
public:
    struct Parts {
        const ports::EventLog* log = nullptr;
        ports::EventStore* store = nullptr;
        Metrics* metrics = nullptr;
        Log* messages = nullptr;
    };

    explicit StoreFeeder(Parts parts);
    /// Waits for the batch that is under way; what the store does not have yet, it gets at the next
    /// start.
    ~StoreFeeder() = default;

    /// The subscriber's name in the store.
    static constexpr const char* kName = "store";

private:
    void run(const std::stop_token& stop);
    /// \return where the store stands now.
    [[nodiscard]] Result<ports::LogPosition> feed(ports::LogPosition after);

    const Parts parts_;
    const std::shared_ptr<Gauge> behind_;
    const std::shared_ptr<Counter> unreadable_;
    std::jthread thread_; // last
};

} // namespace vedette::app
