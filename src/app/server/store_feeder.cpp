#include "app/server/store_feeder.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "vedette/base/worker.h"
#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

constexpr std::size_t kBatch = 512;
constexpr std::chrono::milliseconds kFirstWait{200};
constexpr std::chrono::milliseconds kLongestWait{10'000};
constexpr std::chrono::milliseconds kPatience{60'000};

void wait(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock{mutex};
    never.wait_for(lock, stop, time, [] { return false; });
}

} // namespace

StoreFeeder::StoreFeeder(Parts parts)
    : parts_{parts}, behind_{parts_.metrics->gauge("app_store_behind_events",
                                                   "Events in the log that the store lacks")},
      unreadable_{parts_.metrics->counter("app_events_unreadable_total",
                                          "Events of the log that could not be understood")},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void StoreFeeder::run(const std::stop_token& stop) {
    name_this_thread("store feeder");
    auto pause = kFirstWait;
    bool failing = false;
    auto position = parts_.store->position(kName);
    while (!stop.stop_requested()) {
        if (position)
            position = feed(*position);
        if (position) {
            failing = false;
            pause = kFirstWait;
            (void)parts_.log->wait_beyond(*position, kPatience, stop);
            continue;
        }
        if (!failing)
            parts_.messages->error("the store does not take events; they stay in the log",
                                   {{"reason", position.error().message()}});
        failing = true;
        wait(pause, stop);
        pause = std::min(pause * 2, kLongestWait);
        position = parts_.store->position(kName);
    }
}

Result<ports::LogPosition> StoreFeeder::feed(ports::LogPosition after) {
    VEDETTE_TRY(const auto batch, parts_.log->read(after, kBatch));
    if (batch.empty())
        return after;
    std::vector<domain::Event> sightings;
    for (const ports::LoggedEvent& logged : batch) {
        if (logged.event.kind != "sighting")
            continue;
        auto event = events::event_from_json(logged.event.payload);
        if (event) {
            sightings.push_back(*std::move(event));
        } else {
            unreadable_->add();
            parts_.messages->error(
                "an event of the log could not be understood",
                {{"event", logged.event.id.value()}, {"reason", event.error().message()}});
        }
    }
    const ports::LogPosition last = batch.back().position;
    VEDETTE_CHECK_OK(parts_.store->apply(kName, last, sightings));
    behind_->set(static_cast<double>(parts_.log->extent().last.value() - last.value()));
    return last;
}

} // namespace vedette::app
