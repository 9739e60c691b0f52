#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace vedette {

/// Position on one stream's own timeline. Never compared across cameras and never stored:
/// a camera's clock drifts and restarts.
struct StreamClock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<StreamClock>;
    // NOLINTNEXTLINE(readability-identifier-naming): the standard library asks for this name
    static constexpr bool is_steady = true;
};

using StreamTime = StreamClock::time_point;
/// UTC, microseconds; what is stored and compared across cameras.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
/// For measuring how long things take on this machine.
using SteadyTime = std::chrono::steady_clock::time_point;

/// The only way to ask what time it is. Tests hold a ManualClock.
///
/// Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall_now() const = 0;
    [[nodiscard]] virtual SteadyTime steady_now() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
public:
    [[nodiscard]] WallTime wall_now() const override;
    [[nodiscard]] SteadyTime steady_now() const override;
};

/// Time that moves only when told to. For tests and for replay. Thread-safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(WallTime start = WallTime{}) : start_{start} {}
    [[nodiscard]] WallTime wall_now() const override;
    [[nodiscard]] SteadyTime steady_now() const override;
    void advance(std::chrono::microseconds by);

private:
    WallTime start_;
    std::atomic<std::int64_t> elapsed_us_{0};
};

} // namespace vedette
