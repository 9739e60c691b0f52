#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "live_queue.h"
#include "vedette/base/log.h"
#include "vedette/ports/event_log.h"

namespace vedette::api {

/// Follows the event log from where it ends now, and hands every new event to all who listen.
///
/// Thread-safe. A thread of its own reads the log; a slow client costs nobody else anything (see
/// LiveQueue). Destroying it joins the thread; no `wake` is called afterwards.
class LiveHub {
public:
    /// \param log,messages  borrowed; must outlive the hub.
    LiveHub(const ports::EventLog& log, Log& messages, std::size_t max_clients);
    LiveHub(const LiveHub&) = delete;
    LiveHub& operator=(const LiveHub&) = delete;
    ~LiveHub() = default;

    /// \return whether there was room; then the queue gets events until it is destroyed.
    [[nodiscard]] bool join(const std::shared_ptr<LiveQueue>& client);
    [[nodiscard]] std::size_t clients() const;
    /// Events that wait for a client, of all clients together.
    [[nodiscard]] std::size_t waiting();

private:
    void follow(const std::stop_token& stop);
    ports::LogPosition deliver_after(ports::LogPosition position);
    std::vector<std::shared_ptr<LiveQueue>> listeners();

    const ports::EventLog& log_;
    Log& messages_;
    const std::size_t max_clients_;
    mutable std::mutex mutex_; // protects clients_
    std::vector<std::weak_ptr<LiveQueue>> clients_;
    const ports::LogPosition start_;
    std::jthread thread_; // last member: stopped and joined first
};

/// The message of an event: {"position":"12","id":…,"kind":…,"camera":…,"at":…,"event":payload}.
[[nodiscard]] std::string live_json(const ports::LoggedEvent& logged);

} // namespace vedette::api
