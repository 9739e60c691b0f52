#pragma once

#include <cstdint>
#include <stop_token>

#include "ffmpeg/handles.h"
#include "vedette/base/clock.h"

namespace vedette::media::ffmpeg {

/// Ends libavformat's blocking calls at a deadline, a request to stop, or when it is lost. It asks
/// about ten times a second while it waits, and before each read from a socket.
///
/// Lost: RTSP on TCP that finds no packet where one should be reads on byte by byte until it meets
/// something like one. A packet takes some six reads, so a count of them beyond any picture tells,
/// long before a silence does.
///
/// Thread-bound: begun and asked on the thread that reads.
class Interrupt {
public:
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// \param counts_reads  whether it may be lost: of RTSP alone
    explicit Interrupt(const Clock& clock, bool counts_reads)
        : clock_{clock}, counts_reads_{counts_reads} {}

    void begin(std::chrono::milliseconds limit, std::stop_token stop) {
        deadline_ = clock_.steady_now() + limit;
        stop_ = std::move(stop);
        asked_ = 0;
    }
    /// Whether bytes come that it finds nothing in.
    [[nodiscard]] bool lost() const noexcept { return counts_reads_ && asked_ > kMostAsked; }
    [[nodiscard]] bool stop_requested() const noexcept { return stop_.stop_requested(); }
    [[nodiscard]] bool expired() const { return clock_.steady_now() >= deadline_; }
    /// Neither has it expired, nor is it lost.
    [[nodiscard]] bool may_go_on() const { return !expired() && !lost(); }
    [[nodiscard]] AVIOInterruptCB callback() noexcept { return {&Interrupt::ask, this}; }

private:
    /// Between two pictures; 20 MB are some 86 000 in packets of usual size.
    static constexpr std::uint32_t kMostAsked = 100'000;

    static int ask(void* self) {
        auto& interrupt = *static_cast<Interrupt*>(self);
        ++interrupt.asked_;
        return interrupt.stop_requested() || interrupt.expired() || interrupt.lost() ? 1 : 0;
    }

    const Clock& clock_;
    const bool counts_reads_;
    SteadyTime deadline_ = SteadyTime::max();
    std::stop_token stop_;
    std::uint32_t asked_ = 0; ///< since begin()
};

} // namespace vedette::media::ffmpeg
