#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/clock.h"

namespace vedette::observability {

/// Lets each key through `kBurst` times in a window of `kWindow`, and remembers how often it did
/// not. Holds at most `kMaxKeys` keys; beyond that, keys that have not been seen lately are
/// forgotten, and if there are none, all new ones share a window.
///
/// Thread-compatible.
class RateLimiter {
public:
    static constexpr int kBurst = 20;
    static constexpr std::chrono::seconds kWindow{10};
    static constexpr std::size_t kMaxKeys = 1024;

    /// \return nothing if this one is to be left out, else how many were since the last that was
    ///   let through.
    std::optional<std::uint64_t> admit(const std::string& key, SteadyTime now);

    /// Keys with something left out that nobody was told of yet.
    struct Untold {
        std::string key;
        std::uint64_t suppressed;
    };
    [[nodiscard]] std::vector<Untold> untold() const;
    [[nodiscard]] std::size_t size() const noexcept { return windows_.size(); }

private:
    struct Window {
        SteadyTime began;
        int admitted = 0;
        std::uint64_t suppressed = 0;
    };
    Window& window_of(const std::string& key, SteadyTime now);

    std::map<std::string, Window> windows_;
};

} // namespace vedette::observability
