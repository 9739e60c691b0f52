#include <algorithm>
#include <utility>

#include "vedette/analysis/watchlist.h"

namespace vedette::analysis {

bool WatchHours::contains(WallTime time) const {
    using std::chrono::days;
    using std::chrono::floor;
    const WallTime local = zone.local(time);
    auto day = floor<days>(local);
    const auto clock = local - day;
    const bool over_midnight = to <= from;
    if (over_midnight && clock < to)
        day -= days{1}; // they began yesterday
    else if (clock < from || (!over_midnight && clock >= to))
        return false;
    return this->days.empty() || std::find(this->days.begin(), this->days.end(),
                                           std::chrono::weekday{day}) != this->days.end();
}

WatchVerdict judge(std::vector<WatchMatch> matches) {
    WatchVerdict verdict;
    for (const WatchMatch& match : matches)
        if (match.kind == WatchKind::ignore &&
            (!verdict.ignored_by || match.nearness < verdict.ignored_by->nearness))
            verdict.ignored_by = match;
    for (WatchMatch& match : matches) {
        if (match.kind == WatchKind::ignore)
            continue;
        if (verdict.ignored_by && verdict.ignored_by->nearness <= match.nearness)
            ++verdict.suppressed;
        else
            verdict.matches.push_back(std::move(match));
    }
    return verdict;
}

std::string_view to_string(WatchKind kind) noexcept {
    switch (kind) {
    case WatchKind::known: return "known";
    case WatchKind::watch: return "watch";
    case WatchKind::ignore: return "ignore";
    }
    return "";
}

std::string_view to_string(WatchRule rule) noexcept {
    switch (rule) {
    case WatchRule::exact: return "exact";
    case WatchRule::strict: return "strict";
    case WatchRule::balanced: return "balanced";
    case WatchRule::broad: return "broad";
    }
    return "";
}

std::string_view to_string(WatchNearness nearness) noexcept {
    switch (nearness) {
    case WatchNearness::exact: return "exact";
    case WatchNearness::wildcard: return "wildcard";
    case WatchNearness::look_alike: return "look_alike";
    case WatchNearness::one_edit: return "one_edit";
    case WatchNearness::two_edits: return "two_edits";
    }
    return "";
}

} // namespace vedette::analysis
