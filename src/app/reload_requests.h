#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace vedette::app {

/// SIGHUP on its way to who can answer it. A server takes it as "read the configuration again"; for
/// every other command it means that the terminal is gone, and ends it like SIGTERM.
///
/// Thread-safe.
class ReloadRequests {
public:
    /// From now on somebody waits for requests.
    void expect() {
        const std::scoped_lock lock{mutex_};
        expected_ = true;
    }

    /// \return false if nobody waits for it: then the program is to end.
    [[nodiscard]] bool request() {
        const std::scoped_lock lock{mutex_};
        if (!expected_)
            return false;
        requested_ = true;
        wake_.notify_all();
        return true;
    }

    /// Waits for a request, until `stop` or until `patience` is over. Several requests before it
    /// are one. \return whether there was one.
    [[nodiscard]] bool wait(std::chrono::milliseconds patience, const std::stop_token& stop) {
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stop, patience, [this] { return requested_; });
        return std::exchange(requested_, false);
    }

private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool expected_ = false;
    bool requested_ = false;
};

} // namespace vedette::app
