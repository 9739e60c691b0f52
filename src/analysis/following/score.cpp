#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "following/score_parts.h"

namespace vedette::analysis {
namespace {

/// How many of the subject's trips a follower joins is not known: a mixture over these shares.
struct Joining {
    double share;
    double weight;
};
constexpr std::array<Joining, 6> kJoining{
    {{0.01, 0.1}, {0.03, 0.2}, {0.1, 0.3}, {0.3, 0.2}, {0.6, 0.1}, {0.9, 0.1}}};

/// What stands against a follower is bounded for each gap: teams hand over and come back.
constexpr double kWorstGap = -3;
constexpr double kMostSteadiness = 1.0;
constexpr double kLeastSteadiness = -2.0;
constexpr double kLeastHz = 1e-12;

double finite(double value, double low, double high) {
    return std::isfinite(value) ? std::clamp(value, low, high) : low;
}

double laplace(double x, double scale) { return std::exp(-std::abs(x) / scale) / (2 * scale); }

/// Density of a follower's lag, per second: close, loose, or anywhere in the window.
double lag_density(double lag_s, double window_s, double clock_s, const FollowingScoreOptions& by) {
    const double close = std::hypot(by.close_s, clock_s);
    const double loose = std::hypot(by.loose_s, clock_s);
    return 0.45 * laplace(lag_s, close) + 0.4 * laplace(lag_s, loose) + 0.15 / (2 * window_s);
}

double& part(SessionScore& score, TermKind kind) {
    return score.parts[static_cast<std::size_t>(kind) - 1];
}

/// "There at all": the first co-sighting of a stretch against the vehicle's own ways.
void add_entry(const CoSighting& seen, const FollowingScoreOptions& by, SessionScore& score) {
    const double window_s = std::chrono::duration<double>(by.max_lag).count();
    const double expected = finite(seen.expected_hz, kLeastHz, 1e3);
    const double flow = finite(seen.flow, 1e-3, 1e3);
    const double habit = finite(seen.habit_hz, 0, 1e3);
    const double misread = finite(seen.misread_hz, 0, 1e3);
    const double by_flow = expected * flow;
    part(score, TermKind::chance) += std::log(by.read_rate / (2 * window_s * expected));
    part(score, TermKind::flow) -= std::log(flow);
    part(score, TermKind::habit) -= std::log1p(habit / by_flow);
    part(score, TermKind::ambiguity) -= std::log1p(misread / (by_flow + habit));
    const double lag = finite(seen.lag_s(), -window_s, window_s);
    const double clock = finite(seen.clock_error_s, 0, 3600);
    part(score, TermKind::lag) += std::log(lag_density(lag, window_s, clock, by) * 2 * window_s);
}

double steadiness(const CoSighting& before, const CoSighting& seen,
                  const FollowingScoreOptions& by) {
    const double window_s = std::chrono::duration<double>(by.max_lag).count();
    const double change = finite(seen.lag_s() - before.lag_s(), -2 * window_s, 2 * window_s);
    const double clock = finite(seen.clock_error_s, 0, 3600);
    const double theirs = std::hypot(by.steady_s, clock);
    const double others = std::hypot(std::sqrt(2.0) * finite(seen.travel_spread_s, 0, 3600), clock);
    if (others <= theirs)
        return 0;
    return std::clamp(std::log(laplace(change, theirs) / laplace(change, others)), kLeastSteadiness,
                      kMostSteadiness);
}

void add_step(const CoSighting& before, const CoSighting& seen, const FollowingScoreOptions& by,
              SessionScore& score) {
    part(score, TermKind::turns) +=
        std::log(by.read_rate) - std::log(finite(seen.turn_chance, 1e-6, 1));
    part(score, TermKind::steadiness) += steadiness(before, seen, by);
    part(score, TermKind::missed) +=
        std::max(kWorstGap, std::min(seen.missed, 64U) * std::log1p(-by.read_rate));
}

/// A follower may come late, leave early or hand over, or not be read at either end: what that
/// costs.
double stretch_prior(const SessionEvidence& session, const CoSighting& first,
                     const CoSighting& last, const FollowingScoreOptions& by) {
    const double passes = std::max(session.subject_passes, last.index + 1);
    const double unread = 1 - by.read_rate;
    double join = 0.5 * std::pow(unread, std::min(first.index, 64U));
    if (first.index > 0)
        join += 0.5 / std::max(1.0, passes - 1);
    double stay = 1;
    if (const double rest = passes - 1 - last.index; rest > 0)
        stay = by.leave + std::pow((1 - by.leave) * unread, std::min(rest, 64.0));
    const double steps = last.index > first.index ? last.index - first.index : 0;
    return std::log(join) + steps * std::log1p(-by.leave) + std::log(stay);
}

/// log(right * e^x + (1 - right)) - x: what doubt about the reads takes away.
double doubt(double wrong, double x) { return soft_bound(x, wrong) - x; }

SessionScore score_stretch(const SessionEvidence& session, std::size_t first, std::size_t last,
                           const FollowingScoreOptions& by) {
    SessionScore score{.first = first, .last = last};
    add_entry(session.together[first], by, score);
    double all_wrong = 1;
    for (std::size_t i = first; i <= last; ++i) {
        all_wrong *= 1 - finite(session.together[i].confidence, 0.02, 0.98);
        if (i > first)
            add_step(session.together[i - 1], session.together[i], by, score);
    }
    const double path = part(score, TermKind::turns) + part(score, TermKind::steadiness);
    part(score, TermKind::one_journey) = path > 0 ? bounded(path, by.same_journey) - path : 0;
    part(score, TermKind::stretch) =
        stretch_prior(session, session.together[first], session.together[last], by);
    double sum = 0;
    for (const double value : score.parts)
        sum += value;
    part(score, TermKind::reading) = doubt(all_wrong, sum);
    score.llr = sum + part(score, TermKind::reading);
    return score;
}

/// x of several, of which the strongest counts in full and the others together at most
/// -log(share). Negative ones are added as they are.
double strongest_and(const std::vector<double>& values, double share) {
    double strongest = 0;
    double positive = 0;
    double negative = 0;
    for (const double value : values) {
        strongest = std::max(strongest, value);
        (value > 0 ? positive : negative) += value;
    }
    const double others = positive - strongest;
    return strongest + (others > 0 ? bounded(others, share) : 0) + negative;
}

/// Shrinks the values of each group so that their sum is what strongest_and() says.
/// \return by how much all together
double bound_groups(const std::vector<std::uint32_t>& groups, double share,
                    std::vector<double>& values) {
    auto order = groups;
    std::sort(order.begin(), order.end());
    if (std::adjacent_find(order.begin(), order.end()) == order.end())
        return 0; // each on its own, as most are
    std::map<std::uint32_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < groups.size(); ++i)
        members[groups[i]].push_back(i);
    double change = 0;
    for (const auto& [group, indices] : members) {
        std::vector<double> own;
        double positive = 0;
        for (const std::size_t i : indices) {
            own.push_back(values[i]);
            positive += std::max(0.0, values[i]);
        }
        double sum = 0;
        for (const double value : own)
            sum += value;
        const double less = strongest_and(own, share) - sum;
        change += less;
        for (const std::size_t i : indices)
            if (values[i] > 0)
                values[i] *= 1 + less / positive;
    }
    return change;
}

/// On a trip that a follower joined no camera may have read it: the logarithm of how often.
constexpr double kJoinedUnseen = -3.5;
constexpr double kLeastChance = 1e-6;

/// Chance that at least two of independent things happen, given the chance of each.
class AtLeastTwo {
public:
    void add(double chance, double times = 1) {
        const double no = std::min(1 - kLeastChance * kLeastChance, std::max(1e-300, 1 - chance));
        none_ += times * std::log(no);
        odds_ += times * chance / no;
    }
    [[nodiscard]] double chance() const {
        return std::clamp(1 - std::exp(none_) * (1 + odds_), kLeastChance, 1.0);
    }

private:
    double none_ = 0; ///< logarithm
    double odds_ = 0; ///< sum of each one's
};

/// The score if a follower joined this share of the subject's trips.
struct Conditional {
    double llr = 0;
    double one_trip = 0;
    double one_day = 0;
    double like_journeys = 0;
};

Conditional score_given(double joins, const FollowingEvidence& evidence,
                        const std::vector<SessionScore>& sessions) {
    std::vector<double> values;
    std::vector<std::uint32_t> days;
    std::vector<std::uint32_t> habits;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        values.push_back(std::log1p(-joins) +
                         log_one_plus(std::log(joins / (1 - joins)) + sessions[i].llr));
        days.push_back(evidence.sessions[i].day);
        habits.push_back(evidence.sessions[i].habit);
    }
    Conditional result;
    result.one_day = bound_groups(days, evidence.options.same_day, values);
    result.like_journeys = bound_groups(habits, evidence.options.same_habit, values);
    for (const double value : values)
        result.llr += value;
    const std::size_t all =
        std::max<std::size_t>(evidence.subject_sessions, evidence.sessions.size());
    const auto unseen = static_cast<double>(all - sessions.size());
    const double odds = std::log(joins / (1 - joins));
    result.llr += unseen * (std::log1p(-joins) + log_one_plus(odds + kJoinedUnseen));
    AtLeastTwo seen; // who was there once follows nobody
    AtLeastTwo expected;
    for (const SessionScore& session : sessions)
        seen.add(1 / (1 + std::exp(-std::clamp(odds + session.llr, -50.0, 50.0))));
    seen.add(1 / (1 + std::exp(-odds - kJoinedUnseen)), unseen);
    expected.add(joins, static_cast<double>(std::max<std::size_t>(2, all)));
    result.one_trip = std::log(seen.chance()) - std::log(expected.chance());
    result.llr += result.one_trip;
    return result;
}

void count(const FollowingEvidence& evidence, const std::vector<SessionScore>& sessions,
           FollowingScore& score) {
    std::set<std::uint32_t> places;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i].llr <= 0)
            continue;
        ++score.sessions;
        const auto& together = evidence.sessions[i].together;
        for (std::size_t k = sessions[i].first; k <= sessions[i].last; ++k) {
            places.insert(together[k].place);
            ++score.co_sightings;
        }
        for (std::size_t kind = 0; kind < kTermKinds; ++kind)
            score.terms[kind] += sessions[i].parts[kind];
    }
    score.places = static_cast<std::uint32_t>(places.size());
}

} // namespace

double log_one_plus(double x) {
    return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

double soft_bound(double x, double share) {
    // log((1 - share) e^x + share)
    const double a = std::log1p(-share) + x;
    const double b = std::log(share);
    return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

double bounded(double x, double share) { return -soft_bound(-x, share); }

SessionScore score_session(const SessionEvidence& session, const FollowingScoreOptions& options) {
    SessionScore best{.llr = -std::numeric_limits<double>::infinity()};
    const std::size_t count = std::min(session.together.size(), kMaxTogether);
    for (std::size_t first = 0; first < count; ++first)
        for (std::size_t last = first; last < count; ++last)
            if (SessionScore now = score_stretch(session, first, last, options); now.llr > best.llr)
                best = now;
    return best;
}

FollowingScore score_following(const FollowingEvidence& evidence) {
    FollowingScore score;
    if (!check(evidence.options))
        return score;
    FollowingEvidence trimmed; // only if something is empty, which gather never makes
    const FollowingEvidence* of = &evidence;
    const auto empty = [](const SessionEvidence& session) { return session.together.empty(); };
    if (std::any_of(evidence.sessions.begin(), evidence.sessions.end(), empty)) {
        trimmed = evidence;
        std::erase_if(trimmed.sessions, empty);
        of = &trimmed;
    }
    std::vector<SessionScore> sessions;
    for (const SessionEvidence& session : of->sessions)
        sessions.push_back(score_session(session, of->options));
    double best = -std::numeric_limits<double>::infinity();
    double total = 0;
    std::array<double, kJoining.size()> logs{};
    Conditional likely;
    for (std::size_t i = 0; i < kJoining.size(); ++i) {
        const Conditional now = score_given(kJoining[i].share, *of, sessions);
        logs[i] = std::log(kJoining[i].weight) + now.llr;
        if (logs[i] > best) {
            best = logs[i];
            likely = now;
        }
    }
    for (const double value : logs)
        total += std::exp(value - best);
    count(*of, sessions, score);
    score.terms[static_cast<std::size_t>(TermKind::one_day) - 1] = likely.one_day;
    score.terms[static_cast<std::size_t>(TermKind::like_journeys) - 1] = likely.like_journeys;
    score.terms[static_cast<std::size_t>(TermKind::one_trip) - 1] = likely.one_trip;
    score.llr = best + std::log(total);
    double others = 0;
    for (const double term : score.terms)
        others += term;
    score.terms[static_cast<std::size_t>(TermKind::absence) - 1] = score.llr - others;
    return score;
}

} // namespace vedette::analysis
