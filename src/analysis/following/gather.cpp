#include "following/gather.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "following/carried.h"
#include "following/confusion.h"
#include "following/habit.h"

namespace vedette::analysis {
namespace {

constexpr double kOwnTurns = 3;           ///< weight, in turns, of traffic at large against its own
constexpr std::int64_t kLikeTime = kHour; ///< like journeys begin this near to each other

WallTime wall(std::int64_t at) { return WallTime{std::chrono::microseconds{at}}; }

/// Chance that the vehicle goes on as it did, from its own turns and from those of all.
double turn_chance(const GatherFrom& from, const VehiclePast& past, std::size_t first,
                   std::size_t last) {
    double chance = 1;
    for (std::size_t k = first + 1; k <= last; ++k) {
        const CameraIndex a = past.reads[k - 1].camera;
        const CameraIndex b = past.reads[k].camera;
        const auto [left, taken] = past.own_turns(a, b);
        const double of_all = from.traffic.turn_chance(a, b, past.reads[k - 1].at);
        chance *= (taken + kOwnTurns * of_all) / (left + kOwnTurns);
    }
    return chance;
}

/// Cameras in common, as a share of the shorter journey.
bool alike(const SessionEvidence& a, const SessionEvidence& b) {
    const auto time =
        LocalTime::day_distance(a.together.front().subject_at.time_since_epoch().count(),
                                b.together.front().subject_at.time_since_epoch().count());
    if (std::abs(time) > kLikeTime)
        return false;
    std::size_t common = 0;
    for (const CoSighting& one : a.together)
        common += std::any_of(b.together.begin(), b.together.end(),
                              [&](const CoSighting& other) { return other.place == one.place; })
                      ? 1
                      : 0;
    return 2 * common >= std::min(a.together.size(), b.together.size());
}

} // namespace

void find_like_journeys(std::vector<SessionEvidence>& sessions) {
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        sessions[i].habit = static_cast<std::uint32_t>(i);
        for (std::size_t k = 0; k < i; ++k)
            if (sessions[k].habit == k && alike(sessions[k], sessions[i])) {
                sessions[i].habit = static_cast<std::uint32_t>(k);
                break;
            }
    }
}

void EvidenceGatherer::find_sessions(std::int64_t gap, const std::vector<Read>& subject) {
    session_of_.clear();
    session_begin_.clear();
    for (std::size_t i = 0; i < subject.size(); ++i) {
        if (i == 0 || subject[i].at - subject[i - 1].at > gap)
            session_begin_.push_back(i);
        session_of_.push_back(static_cast<std::uint32_t>(session_begin_.size() - 1));
    }
    session_begin_.push_back(subject.size());
}

void EvidenceGatherer::match(const GatherFrom& from, const std::vector<Read>& subject,
                             const std::vector<Read>& vehicle) {
    matches_.clear();
    const std::int64_t lag =
        std::chrono::duration_cast<std::chrono::microseconds>(from.score.max_lag).count();
    std::size_t low = 0;
    for (std::size_t i = 0; i < subject.size(); ++i) {
        while (low < vehicle.size() && vehicle[low].at < subject[i].at - lag)
            ++low;
        std::size_t best = vehicle.size();
        for (std::size_t k = low; k < vehicle.size() && vehicle[k].at <= subject[i].at + lag; ++k)
            if (vehicle[k].camera == subject[i].camera &&
                (best == vehicle.size() || std::abs(vehicle[k].at - subject[i].at) <
                                               std::abs(vehicle[best].at - subject[i].at)))
                best = k;
        if (best == vehicle.size())
            continue;
        if (!matches_.empty() && matches_.back().vehicle >= best)
            continue; // each of its passes is used once, in order
        const std::uint32_t session = session_of_[i];
        if (!matches_.empty() && matches_.back().session == session &&
            from.cameras[subject[matches_.back().subject].camera].place ==
                from.cameras[subject[i].camera].place)
            continue; // one queue at one place is one piece of evidence
        matches_.push_back({i, best, session});
    }
}

FollowingEvidence EvidenceGatherer::gather(const GatherFrom& from, VehicleIndex subject,
                                           VehicleIndex vehicle) {
    if (from.carried)
        return gather_carried(from, subject, vehicle);
    const Vehicle& s = from.vehicles[subject];
    const Vehicle& v = from.vehicles[vehicle];
    FollowingEvidence evidence{.subject = s.plate,
                               .vehicle = v.plate,
                               .subject_sessions = 0,
                               .sessions = {},
                               .options = from.score};
    find_sessions(from.session_gap, s.reads);
    evidence.subject_sessions = static_cast<std::uint32_t>(session_begin_.size() - 1);
    match(from, s.reads, v.reads);
    if (matches_.empty())
        return evidence;
    tag_.assign(v.reads.size(), 0);
    for (std::size_t i = 0; i < matches_.size(); ++i) {
        std::size_t k = matches_[i].vehicle;
        if (i > 0 && matches_[i - 1].session == matches_[i].session)
            k = matches_[i - 1].vehicle;
        for (; k <= matches_[i].vehicle; ++k)
            tag_[k] = matches_[i].session + 1;
    }
    VehiclePast past{from, v.reads, tag_};
    past.confusable = confusable_vehicles(from, subject, vehicle);
    for (std::size_t i = 0; i < matches_.size(); ++i) {
        const Match& now = matches_[i];
        const bool first = i == 0 || matches_[i - 1].session != now.session;
        past.session = now.session + 1;
        const std::size_t begin = session_begin_[now.session];
        const std::size_t end = session_begin_[now.session + 1];
        if (first) {
            evidence.sessions.push_back(
                {.begins = wall(s.reads[begin].at),
                 .ends = wall(s.reads[end - 1].at),
                 .subject_passes = static_cast<std::uint32_t>(end - begin),
                 .habit = 0,
                 .day = static_cast<std::uint32_t>(from.local.day(s.reads[begin].at)),
                 .together = {}});
        }
        CoSighting seen = past.entry(s.reads[now.subject], v.reads[now.vehicle]);
        seen.index = static_cast<std::uint32_t>(now.subject - begin);
        if (!first) {
            const Match& before = matches_[i - 1];
            seen.turn_chance = turn_chance(from, past, before.vehicle, now.vehicle);
            seen.missed = static_cast<std::uint32_t>((now.subject - before.subject - 1) +
                                                     (now.vehicle - before.vehicle - 1));
            const CameraIndex a = s.reads[before.subject].camera;
            const CameraIndex b = s.reads[now.subject].camera;
            seen.travel_spread_s = from.traffic.spread_s(a, b);
            seen.clock_error_s =
                std::hypot(from.cameras[a].clock_error_s, from.cameras[b].clock_error_s);
        }
        evidence.sessions.back().together.push_back(std::move(seen));
    }
    find_like_journeys(evidence.sessions);
    return evidence;
}

} // namespace vedette::analysis
