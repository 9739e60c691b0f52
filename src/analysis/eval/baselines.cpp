#include "eval/baselines.h"

#include <algorithm>
#include <set>

namespace vedette::analysis {
namespace {

constexpr std::chrono::minutes kWindow{30}; ///< window_size of the seed rule

std::vector<WallTime> times(const FollowingEvidence& evidence) {
    std::vector<WallTime> at;
    for (const SessionEvidence& session : evidence.sessions)
        for (const CoSighting& seen : session.together)
            at.push_back(seen.subject_at);
    return at;
}

std::set<std::uint32_t> places(const FollowingEvidence& evidence) {
    std::set<std::uint32_t> at;
    for (const SessionEvidence& session : evidence.sessions)
        for (const CoSighting& seen : session.together)
            at.insert(seen.place);
    return at;
}

double most_in_window(const std::vector<WallTime>& at) {
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < at.size(); ++last) {
        while (at[last] - at[first] > kWindow)
            ++first;
        most = std::max(most, last - first + 1);
    }
    return static_cast<double>(most);
}

/// surveillance_detector.py of Chasing-Your-Tail-NG, appearances being co-sightings: at least 3
/// over at least an hour, min(rate per hour / 2, 1) from a rate of 0.5 on, 0.3 more for more than
/// one place; its second score (3 places 0.4, 10 sightings 0.3, 24 hours 0.3) is added.
double chasing_your_tail(const FollowingEvidence& evidence) {
    const auto at = times(evidence);
    if (at.size() < 3)
        return 0;
    const double hours =
        std::chrono::duration<double, std::ratio<3600>>(at.back() - at.front()).count();
    if (hours < 1)
        return 0;
    const auto where = places(evidence).size();
    const double rate = static_cast<double>(at.size()) / hours;
    double score = rate >= 0.5 ? std::min(rate / 2, 1.0) : 0;
    score += where > 1 ? 0.3 : 0;
    score += where >= 3 ? 0.4 : 0;
    score += at.size() >= 10 ? 0.3 : 0;
    return score + (hours >= 24 ? 0.3 : 0);
}

} // namespace

std::string_view to_string(FollowingMethod method) noexcept {
    switch (method) { // no default: a new method must be named here
    case FollowingMethod::score: return "score";
    case FollowingMethod::count_in_window: return "count_in_window";
    case FollowingMethod::distinct_places: return "distinct_places";
    case FollowingMethod::chasing_your_tail: return "chasing_your_tail";
    }
    return "";
}

double baseline_score(FollowingMethod method, const Finding& finding) {
    switch (method) { // no default: a new method must be scored here
    case FollowingMethod::score: return finding.score.llr;
    case FollowingMethod::count_in_window: return most_in_window(times(finding.evidence));
    case FollowingMethod::distinct_places:
        return static_cast<double>(places(finding.evidence).size());
    case FollowingMethod::chasing_your_tail: return chasing_your_tail(finding.evidence);
    }
    return 0;
}

} // namespace vedette::analysis
