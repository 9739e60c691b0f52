#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace vedette::pipeline {

/// Lets several workers hand on numbered pieces of work in the order of their numbers, however long
/// each piece takes.
///
/// Thread-safe.
class Turns {
public:
    /// Waits until every smaller number has had its turn, then calls `hand_on`, one caller at a
    /// time.
    /// \param number   each from 0 upwards exactly once
    /// \param hand_on  () -> bool: false ends the turns for everyone, also for those who wait
    /// \return whether to go on; false too after a stop request.
    template <class HandOn>
    [[nodiscard]] bool take(std::uint64_t number, const std::stop_token& stop, HandOn&& hand_on) {
        bool go_on = false;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, stop, [&] { return over_ || next_ == number; });
            if (over_ || next_ != number)
                return false;
            go_on = hand_on();
            over_ = !go_on;
            ++next_;
        }
        changed_.notify_all();
        return go_on;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t next_ = 0;
    bool over_ = false;
};

} // namespace vedette::pipeline
