#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vedette::api {

/// One event as every client gets it; made once, shared by all.
struct LiveMessage {
    std::string camera; ///< empty: of the whole node
    std::string kind;
    std::string text; ///< JSON
};

/// Which events a client wants; an empty list wants all.
struct LiveFilter {
    std::vector<std::string> cameras;
    std::vector<std::string> kinds;
    [[nodiscard]] bool wants(const LiveMessage& message) const;
};

/// What waits for one live client. Never more than its capacity: then the oldest is lost, and the
/// client is told how many it missed before it gets the next.
///
/// Thread-safe.
class LiveQueue {
public:
    struct Capacity {
        std::size_t messages = 256;
        std::size_t bytes = std::size_t{512} << 10U; ///< one message always fits
    };

    /// \param wake  called by offer() when there is something to take again, once until take() came
    /// back empty; must not call the queue.
    LiveQueue(Capacity capacity, LiveFilter filter, std::function<void()> wake);

    void offer(const std::shared_ptr<const LiveMessage>& message);

    /// What to send next; null if there is nothing, and then `wake` tells when there is.
    [[nodiscard]] std::shared_ptr<const LiveMessage> take();

    /// Lost in all.
    [[nodiscard]] std::uint64_t lost() const;
    [[nodiscard]] std::size_t waiting() const;

private:
    bool put(const std::shared_ptr<const LiveMessage>& message);
    void drop_oldest();

    const Capacity capacity_;
    const LiveFilter filter_;
    const std::function<void()> wake_;
    mutable std::mutex mutex_; // protects everything below
    std::deque<std::shared_ptr<const LiveMessage>> messages_;
    std::size_t bytes_ = 0;
    std::uint64_t untold_ = 0; ///< lost since the client was told
    std::uint64_t lost_ = 0;
    bool asleep_ = true;
};

} // namespace vedette::api
