#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "vedette/ports/event_log.h"

namespace vedette::ports::testing {

/// An event log in memory, for the tests of those who write to one or read it. It forgets
/// everything when it is destroyed, and nothing bounds it.
///
/// Thread-safe.
class MemoryEventLog final : public EventLog {
public:
    Result<LogPosition> append(std::span<const Envelope> events) override {
        for (const Envelope& event : events)
            VEDETTE_CHECK_OK(check_envelope(event));
        std::scoped_lock lock{mutex_};
        if (failure_)
            return *failure_;
        for (const Envelope& event : events) {
            events_.push_back({LogPosition{++last_}, event});
            bytes_ += bytes_of(event);
        }
        grown_.notify_all();
        return LogPosition{last_};
    }

    [[nodiscard]] Result<std::vector<LoggedEvent>> read(LogPosition after,
                                                        std::size_t max) const override {
        std::scoped_lock lock{mutex_};
        const std::uint64_t passed = after.value() < first() ? 0 : after.value() - first() + 1;
        if (passed >= events_.size())
            return std::vector<LoggedEvent>{};
        const auto begin = events_.begin() + static_cast<std::ptrdiff_t>(passed);
        const auto count = std::min(max, events_.size() - static_cast<std::size_t>(passed));
        return std::vector<LoggedEvent>(begin, begin + static_cast<std::ptrdiff_t>(count));
    }

    [[nodiscard]] bool wait_beyond(LogPosition after, std::chrono::milliseconds patience,
                                   std::stop_token stop) const override {
        constexpr std::chrono::milliseconds kLongest = std::chrono::hours{1000};
        std::unique_lock lock{mutex_};
        return grown_.wait_for(lock, std::move(stop), std::min(patience, kLongest),
                               [&] { return last_ > after.value(); });
    }

    [[nodiscard]] LogExtent extent() const override {
        std::scoped_lock lock{mutex_};
        return {LogPosition{first()}, LogPosition{last_}, bytes_};
    }

    Status forget(LogPosition up_to) override {
        std::scoped_lock lock{mutex_};
        while (!events_.empty() && events_.front().position <= up_to) {
            bytes_ -= bytes_of(events_.front().event);
            events_.pop_front();
        }
        return {};
    }

    /// Every later append fails with `failure`, or none does.
    void fail_with(std::optional<Error> failure) {
        std::scoped_lock lock{mutex_};
        failure_ = std::move(failure);
    }

private:
    static std::uint64_t bytes_of(const Envelope& event) {
        return event.id.value().size() + event.kind.size() + event.camera.value().size() +
               event.payload.size() + sizeof event.at;
    }
    [[nodiscard]] std::uint64_t first() const { return last_ - events_.size() + 1; }

    mutable std::mutex mutex_; // protects everything below
    mutable std::condition_variable_any grown_;
    std::deque<LoggedEvent> events_; // the newest ones, without a gap
    std::uint64_t last_ = 0;
    std::uint64_t bytes_ = 0;
    std::optional<Error> failure_;
};

} // namespace vedette::ports::testing
