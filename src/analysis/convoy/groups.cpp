#include "convoy/groups.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace vedette::analysis::convoy {
namespace {

constexpr std::size_t kFewestSessions = 2;
constexpr std::size_t kFewestStops = 2; // of each session

/// The journeys in which the two were together.
std::vector<int> shared_sessions(const Scored& a, const Scored& b,
                                 std::chrono::milliseconds max_lag) {
    std::map<int, std::size_t> stops;
    auto here = a.companion.passes.begin();
    auto there = b.companion.passes.begin();
    while (here != a.companion.passes.end() && there != b.companion.passes.end()) {
        if (here->subject == there->subject) {
            if (std::chrono::abs(here->lag - there->lag) <= max_lag)
                ++stops[here->session];
            ++here;
            ++there;
        } else if (std::tie(here->at, here->subject) < std::tie(there->at, there->subject)) {
            ++here;
        } else {
            ++there;
        }
    }
    std::vector<int> sessions;
    for (const auto& [session, count] : stops)
        if (count >= kFewestStops &&
            std::binary_search(a.sessions.begin(), a.sessions.end(), session) &&
            std::binary_search(b.sessions.begin(), b.sessions.end(), session))
            sessions.push_back(session);
    return sessions;
}

std::vector<int> in_both(const std::vector<int>& a, const std::vector<int>& b) {
    std::vector<int> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

struct Group {
    std::vector<std::size_t> members;
    std::vector<int> sessions;
};

Group grown_from(std::size_t seed, std::span<const Scored> scored,
                 std::chrono::milliseconds max_lag) {
    Group group{{seed}, scored[seed].sessions};
    for (std::size_t next = 0; next < scored.size() && scored[next].companion.llr > 0; ++next) {
        if (next == seed)
            continue;
        std::vector<int> sessions = group.sessions;
        for (const std::size_t member : group.members)
            sessions = in_both(sessions, shared_sessions(scored[member], scored[next], max_lag));
        if (sessions.size() < kFewestSessions)
            continue;
        group.members.push_back(next);
        group.sessions = std::move(sessions);
    }
    std::sort(group.members.begin(), group.members.end());
    return group;
}

} // namespace

std::vector<ConvoyGroup> find_groups(std::span<const Scored> scored, const ConvoyOptions& options) {
    std::vector<ConvoyGroup> groups;
    std::vector<std::vector<std::size_t>> known;
    for (std::size_t seed = 0; seed < scored.size() && scored[seed].companion.llr > 0; ++seed) {
        Group group = grown_from(seed, scored, options.max_lag);
        const bool is_part = std::any_of(known.begin(), known.end(), [&](const auto& other) {
            return std::includes(other.begin(), other.end(), group.members.begin(),
                                 group.members.end());
        });
        if (group.members.size() < 2 || is_part)
            continue;
        ConvoyGroup out{{}, std::move(group.sessions)};
        for (const std::size_t member : group.members)
            out.plates.push_back(scored[member].companion.plate);
        groups.push_back(std::move(out));
        known.push_back(std::move(group.members));
    }
    return groups;
}

} // namespace vedette::analysis::convoy
