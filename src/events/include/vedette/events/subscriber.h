#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <thread>

#include "vedette/base/backoff.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::events {

struct SubscriberOptions {
    std::string name;        ///< for logs, metrics and the thread's name
    std::size_t batch = 256; ///< events at once, at most; 1 or more
    BackoffOptions backoff;
    /// How long without an event is idle; 0: never.
    std::chrono::milliseconds idle{0};
};

/// Brings every event of a log to one handler: in order, in batches, on a thread of its own, from
/// a position on.
///
/// When the handler fails it gets the same events again, after a pause that grows; nothing behind
/// them is delivered before. Where it stands is the handler's own business: it keeps the position
/// of the last event of a batch together with the effect of that batch, and the next subscriber
/// starts there. So a crash between the two loses nothing and repeats nothing visible.
///
/// Events that are damaged on disk cannot be had again: they are passed over, logged and counted. A
/// start behind the end of the log (it was lost or restored from an older backup) is logged, and
/// reading starts at its end.
///
/// Thread-safe. Destroying it asks for the end, waits for a running handler, delivers no more.
class Subscriber {
public:
    /// Comes on the subscriber's thread; the events are borrowed for the call.
    /// \return an error to get the same events again.
    using Handler = std::function<Status(std::span<const ports::LoggedEvent>)>;
    /// Comes on the subscriber's thread when it is idle, and again as long as it stays so; never
    /// while a batch has to be tried again.
    using Idle = std::function<void()>;

    /// What it needs, borrowed; must outlive it.
    struct Needs {
        const ports::EventLog& events;
        Log& log;
        Metrics& metrics;
    };

    /// \param start  the position of the last event that was handled; 0 for all
    /// \param idle  may be empty
    Subscriber(SubscriberOptions options, const Needs& needs, ports::LogPosition start,
               Handler handler, Idle idle = {});
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;
    ~Subscriber();

    /// Waits until the handler has taken everything up to `position`.
    /// \return false if `patience` was over first.
    [[nodiscard]] bool wait_for(ports::LogPosition position,
                                std::chrono::milliseconds patience) const;

    /// The position of the last event that the handler took.
    [[nodiscard]] ports::LogPosition position() const noexcept {
        return ports::LogPosition{position_.load()};
    }

private:
    class Probe;
    void run(const std::stop_token& stop);
    /// \return false if the same has to be tried again after a pause.
    bool step();
    bool pass_damage(const Error& error);
    void moved_to(ports::LogPosition position);
    void pause(const std::stop_token& stop);

    const SubscriberOptions options_;
    const ports::EventLog& events_;
    Log& log_;
    const Handler handler_;
    const Idle idle_;
    const std::unique_ptr<Probe> probe_;
    Backoff backoff_;
    std::atomic<std::uint64_t> position_;
    mutable std::mutex mutex_; // for the two that wait; position_ changes under it
    mutable std::condition_variable_any moved_;
    std::jthread thread_; // last member: stopped and joined first
};

} // namespace vedette::events
