#pragma once

#include <stop_token>

#include "ffmpeg/handles.h"
#include "vedette/base/clock.h"

namespace vedette::media::ffmpeg {

/// Ends libavformat's blocking calls at a deadline or a request to stop; it asks about ten times a
/// second.
///
/// Thread-bound: begun and asked on the thread that reads.
class Interrupt {
public:
    explicit Interrupt(const Clock& clock) : clock_{clock} {}
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    void begin(std::chrono::milliseconds limit, std::stop_token stop) {
        deadline_ = clock_.steady_now() + limit;
        stop_ = std::move(stop);
    }
    [[nodiscard]] bool stop_requested() const noexcept { return stop_.stop_requested(); }
    [[nodiscard]] bool expired() const { return clock_.steady_now() >= deadline_; }
    [[nodiscard]] AVIOInterruptCB callback() noexcept { return {&Interrupt::ask, this}; }

private:
    static int ask(void* self) {
        const auto& interrupt = *static_cast<const Interrupt*>(self);
        return interrupt.stop_requested() || interrupt.expired() ? 1 : 0;
    }

    const Clock& clock_;
    SteadyTime deadline_ = SteadyTime::max();
    std::stop_token stop_;
};

} // namespace vedette::media::ffmpeg
