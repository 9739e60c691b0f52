#pragma once

#include <chrono>
#include <map>
#include <string>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// The plates that one camera has published lately, to tell a second passage from the same one seen
/// twice.
///
/// Thread-compatible. Forgets what is older than the window, so its size is bounded by the traffic
/// of one window.
class RecentPlates {
public:
    explicit RecentPlates(std::chrono::milliseconds window) : window_{window} {}

    /// \return whether `text` was remembered within the window before `at`. Either way it is
    /// remembered at `at`.
    [[nodiscard]] bool seen_again(const std::string& text, WallTime at);
    [[nodiscard]] std::size_t size() const noexcept { return last_seen_.size(); }

private:
    const std::chrono::milliseconds window_;
    std::map<std::string, WallTime> last_seen_;
};

} // namespace vedette::pipeline
