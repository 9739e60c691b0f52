#include "log/probe.h"

namespace vedette::events {

LogProbe::LogProbe(Metrics& metrics)
    : events_{metrics.counter("events_log_appended_total", "Events made durable")},
      bytes_{metrics.counter("events_log_written_bytes_total", "Bytes made durable")},
      full_{metrics.counter("events_log_failures_total", "Appends that failed, by reason",
                            {{"reason", "full"}})},
      refused_{metrics.counter("events_log_failures_total", "Appends that failed, by reason",
                               {{"reason", "refused"}})},
      damaged_{metrics.counter("events_log_damaged_total", "Events found damaged on disk")},
      unread_{metrics.counter("events_log_forgotten_unread_total",
                              "Events removed for space before every subscriber had handled them")},
      flush_seconds_{metrics.histogram("events_log_flush_seconds", "Time of one write and flush",
                                       {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                        0.05, 0.1, 0.25, 0.5, 1, 5})},
      flush_events_{metrics.histogram("events_log_flush_events", "Events that shared one flush",
                                      {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000})},
      size_{metrics.gauge("events_log_size_bytes", "Bytes of all files of the log")},
      segments_{metrics.gauge("events_log_segments", "Files of the log")},
      last_{metrics.gauge("events_log_last_position", "Position of the newest event")} {}

void LogProbe::flushed(std::uint64_t events, std::uint64_t bytes,
                       std::chrono::duration<double> took) {
    events_->add(static_cast<double>(events));
    bytes_->add(static_cast<double>(bytes));
    flush_seconds_->observe(took.count());
    flush_events_->observe(static_cast<double>(events));
}

void LogProbe::failed(const Error& error) {
    (error.code() == ErrorCode::resource_exhausted ? full_ : refused_)->add();
}

void LogProbe::damaged(std::uint64_t events) { damaged_->add(static_cast<double>(events)); }
void LogProbe::forgot_unread(std::uint64_t events) { unread_->add(static_cast<double>(events)); }

void LogProbe::holds(const ports::LogExtent& extent, std::size_t segments) {
    size_->set(static_cast<double>(extent.bytes));
    segments_->set(static_cast<double>(segments));
    last_->set(static_cast<double>(extent.last.value()));
}

} // namespace vedette::events
