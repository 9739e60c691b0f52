#include <algorithm>
#include <chrono>

#include "vedette/analysis/track_source.h"

namespace vedette::analysis {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr seconds kRemembered{60};
constexpr double kApart_m = 25;
constexpr seconds kDriving{5};
constexpr seconds kStanding{60};
constexpr double kStands_mps = 1;

bool stands(const TrackFix& fix) { return fix.speed_mps && *fix.speed_mps < kStands_mps; }

} // namespace

std::optional<microseconds> ClockOffset::take(WallTime fix_at, WallTime received_at) {
    // A clock that was set makes what was seen before worthless.
    if (!seen_.empty() && received_at < seen_.back().received_at)
        seen_.clear();
    const bool far =
        !seen_.empty() && std::chrono::abs(received_at - fix_at - seen_.back().ahead) > kFar;
    if (far && ++odd_ < kMostOdd)
        return std::nullopt;
    if (far)
        seen_.clear();
    odd_ = 0;
    seen_.push_back({received_at, received_at - fix_at});
    while (received_at - seen_.front().received_at > kRemembered)
        seen_.pop_front();
    const auto least = std::min_element(
        seen_.begin(), seen_.end(), [](const Seen& a, const Seen& b) { return a.ahead < b.ahead; });
    offset_ = least->ahead;
    // Behind is behind at once: nothing arrives before its time.
    if (offset_ <= kAgree && offset_ >= -microseconds{seconds{1}} / 2)
        offset_ = microseconds{0};
    return offset_;
}

bool TrackThinner::keeps(const TrackFix& fix) {
    if (last_) {
        const auto since = fix.at - last_->at;
        if (since <= microseconds{0})
            return false;
        const bool as_before = stands(fix) == stands(*last_);
        if (as_before && since < (stands(fix) ? kStanding : kDriving) &&
            distance_m(fix.position, last_->position) < kApart_m)
            return false;
    }
    last_ = fix;
    return true;
}

} // namespace vedette::analysis
