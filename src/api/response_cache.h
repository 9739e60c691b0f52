#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "message.h"
#include "vedette/base/clock.h"

namespace vedette::api {

/// Answers that are a moment old, so that a hundred who watch cost what one does. Of equal
/// questions asked at once, one is worked on and the others wait for its answer.
///
/// Thread-safe. Bounded in entries and bytes.
class ResponseCache {
public:
    using Waiter = std::function<void(const Response&)>;

    ResponseCache(std::size_t max_entries, std::size_t max_bytes)
        : max_entries_{max_entries}, max_bytes_{max_bytes} {}

    enum class Turn {
        answered = 1, ///< `ready` is it
        wait,         ///< somebody works on it; the waiter will be called
        work,         ///< the caller is the one to work on it, and must call fulfil()
    };
    struct Asked {
        Turn turn;
        std::optional<Response> ready;
    };

    /// Keeps `waiter` unless it has an answer; it is called on the thread of fulfil().
    [[nodiscard]] Asked ask(const std::string& key, SteadyTime now, Waiter waiter);

    /// Calls all who wait, the caller of ask() among them, and keeps the answer until `fresh_until`
    /// if it is a 200.
    void fulfil(const std::string& key, SteadyTime now, SteadyTime fresh_until,
                const Response& response);

    [[nodiscard]] std::size_t bytes() const;

private:
    struct Entry {
        std::optional<Response> response; ///< nothing while somebody works on it
        SteadyTime fresh_until;
        std::vector<Waiter> waiters;
    };

    void forget_stale(SteadyTime now);
    void forget_all_ready();

    const std::size_t max_entries_;
    const std::size_t max_bytes_;
    mutable std::mutex mutex_; // protects everything below
    std::unordered_map<std::string, Entry> entries_;
    std::size_t bytes_ = 0; ///< of ready answers
};

} // namespace vedette::api
