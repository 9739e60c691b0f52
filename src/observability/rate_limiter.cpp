#include "rate_limiter.h"

#include <utility>

namespace vedette::observability {
namespace {
constexpr const char* kShared = "(too many different messages)";
} // namespace

std::optional<std::uint64_t> RateLimiter::admit(const std::string& key, SteadyTime now) {
    Window& window = window_of(key, now);
    if (now - window.began >= kWindow) {
        window.began = now;
        window.admitted = 0;
    }
    if (window.admitted >= kBurst) {
        ++window.suppressed;
        return std::nullopt;
    }
    ++window.admitted;
    return std::exchange(window.suppressed, 0);
}

RateLimiter::Window& RateLimiter::window_of(const std::string& key, SteadyTime now) {
    if (const auto known = windows_.find(key); known != windows_.end())
        return known->second;
    if (windows_.size() >= kMaxKeys)
        std::erase_if(windows_, [now](const auto& entry) {
            return now - entry.second.began >= kWindow && entry.second.suppressed == 0;
        });
    const bool full = windows_.size() >= kMaxKeys;
    return windows_.try_emplace(full ? kShared : key, Window{.began = now}).first->second;
}

std::vector<RateLimiter::Untold> RateLimiter::untold() const {
    std::vector<Untold> out;
    for (const auto& [key, window] : windows_)
        if (window.suppressed > 0)
            out.push_back({key, window.suppressed});
    return out;
}

} // namespace vedette::observability
