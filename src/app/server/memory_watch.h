#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/config/units.h"

namespace vedette::app {

/// Keeps a server within `limits.memory`, as far as a process can.
///
/// When more is in use than the limit, what can be made again is given back (`release`). If that is
/// not enough, memory is short: the server does without what it can (`spare`), gives back again
/// every ten seconds, and people are told, once. It is over when less than nine tenths of the limit
/// are in use, so that a server at its limit does not change its mind every second. What cameras,
/// models and sightings on their way need is never taken from them.
///
/// Once a minute what is free is given back in any case: between what is kept of cameras that come
/// and go the allocator's free memory would grow for hours.
///
/// Thread-compatible; is_short() is thread-safe.
class MemoryWatch {
public:
    struct News {
        bool is_short = false;
        std::uint64_t in_use_bytes = 0;
        std::uint64_t limit_bytes = 0;
    };
    /// Everything is called on the thread of look().
    struct Parts {
        std::function<std::uint64_t()> in_use; ///< bytes; 0 if nobody knows
        std::function<void()> release;         ///< gives back what can be made again
        std::function<void()> trim;            ///< gives back what is free
        std::function<void(bool)> spare;       ///< does without, or not any more
        std::function<void(const News&)> tell;
    };

    MemoryWatch(config::ByteSize limit, Parts parts, Metrics& metrics, Log& log);

    /// To be called once a second or so.
    void look(SteadyTime now);
    [[nodiscard]] bool is_short() const noexcept { return short_; }

private:
    [[nodiscard]] std::uint64_t release(SteadyTime now);
    void change(bool to_short, std::uint64_t in_use);

    const std::uint64_t limit_;
    const Parts parts_;
    Log& log_;
    const std::shared_ptr<Gauge> short_gauge_;
    const std::shared_ptr<Counter> releases_;
    SteadyTime released_; ///< last time; nothing before the first
    SteadyTime trimmed_;  ///< likewise
    std::atomic<bool> short_{false};
};

/// Tells the allocator to give what is free back to the system.
void give_free_memory_back();
/// Tells it to do so by itself, from now on: a server of many cameras needs a quarter less. To be
/// called before there are threads that allocate.
void keep_little_free_memory();

} // namespace vedette::app
