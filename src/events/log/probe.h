#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::events {

/// What the log tells about itself.
///
/// Thread-safe.
class LogProbe {
public:
    explicit LogProbe(Metrics& metrics);
    void flushed(std::uint64_t events, std::uint64_t bytes, std::chrono::duration<double> took);
    void failed(const Error& error);
    void damaged(std::uint64_t events);
    void forgot_unread(std::uint64_t events);
    void holds(const ports::LogExtent& extent, std::size_t segments);

private:
    std::shared_ptr<Counter> events_, bytes_, full_, refused_, damaged_, unread_;
    std::shared_ptr<Histogram> flush_seconds_, flush_events_;
    std::shared_ptr<Gauge> size_, segments_, last_;
};

} // namespace vedette::events
