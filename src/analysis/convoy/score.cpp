#include "convoy/score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace vedette::analysis::convoy {
namespace {

using std::chrono::microseconds;

/// A companion leaves the subject at one camera in ten.
constexpr double kLeaves = 0.1;
/// The lag of two journeys is alike within so many parts of the greatest lag.
constexpr double kLagScales = 8;
constexpr double kLeastChance = 1e-12;
constexpr microseconds kDay = std::chrono::hours{24};
constexpr microseconds kHabitWidth = std::chrono::minutes{15};

double total(const ConvoyTerms& terms) {
    return terms.meeting + terms.turns + terms.missed + terms.capped + terms.sessions + terms.lag;
}

/// ln of the likelihood ratio of a read that is right with probability `right`: if it is wrong it
/// says nothing.
double log_ratio(double travelling, double chance, double right) {
    return std::log(right * travelling / std::max(chance, kLeastChance) + 1 - right);
}

double log_choices(int of, int some) {
    return std::lgamma(of + 1.0) - std::lgamma(some + 1.0) - std::lgamma(of - some + 1.0);
}

std::int64_t median(std::vector<std::int64_t> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::chrono::milliseconds milliseconds_of(std::int64_t us) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(microseconds{us});
}

} // namespace

Scorer::Scorer(const Journey& journey, const ports::TimeSpan& span, const ConvoyOptions& options)
    : journey_{journey}, options_{options},
      days_{std::max(1.0, std::ceil(static_cast<double>(span.to.time_since_epoch().count() -
                                                        span.from.time_since_epoch().count()) /
                                    static_cast<double>(kDay.count())))},
      turns_{journey} {
    for (std::size_t i = 0; i < journey.stops.size(); ++i) {
        if (i == 0 || journey.stops[i].session != journey.stops[i - 1].session)
            sessions_.push_back({i, i});
        sessions_.back().end = i + 1;
    }
}

/// On how many of the other days it passed here at this time of day, as the expected number of
/// passes around the stop: the larger of a narrow and a wide look.
double Scorer::habit(const Stop& stop, const std::vector<WallTime>& seen) const {
    double most = 0;
    const microseconds lag = options_.max_lag;
    for (const microseconds width : {lag, std::max(lag, kHabitWidth)}) {
        double on_days = 0;
        std::int64_t last_day = 0; // the stop's own does not count
        for (const WallTime time : seen) {
            const microseconds apart = time - stop.pass.at;
            const std::int64_t day = std::llround(static_cast<double>(apart.count()) /
                                                  static_cast<double>(kDay.count()));
            if (day == 0 || (day == last_day && on_days > 0) ||
                std::chrono::abs(apart - day * kDay) > width)
                continue;
            ++on_days;
            last_day = day;
        }
        most =
            std::max(most, on_days / std::max(1.0, days_ - 1) * static_cast<double>(lag.count()) /
                               static_cast<double>(width.count()));
    }
    return most;
}

/// That the vehicle is around this stop although it goes its own way.
double Scorer::chance(const Stop& stop, const Vehicle& vehicle) const {
    if (!vehicle.complete)
        return 1;
    const std::vector<WallTime>& seen = vehicle.seen[stop.camera];
    if (seen.empty())
        return 0;
    const auto around = static_cast<double>(stop.around.size());
    const double all = std::max(around, static_cast<double>(journey_.flow[stop.camera]));
    const double by_flow = all > 0 ? static_cast<double>(seen.size()) * around / all : 0.0;
    return 1 - std::exp(-std::max(by_flow, habit(stop, seen)));
}

/// It was not seen at this stop, but later on.
double Scorer::missed_between(std::size_t last, std::size_t stop, int vehicle) {
    return std::min(0.0, std::log((1 - options_.read_rate) /
                                  std::max(1 - turns_.share(last, stop, vehicle), kLeastChance)));
}

/// It was not seen any more: it left, or was missed at all of them.
double Scorer::left(std::size_t last, std::size_t end, int vehicle) {
    if (last + 1 >= end)
        return 0;
    const double missed = std::pow(1 - options_.read_rate, static_cast<double>(end - last - 1));
    const double stays_away = 1 - turns_.share(last, last + 1, vehicle);
    return std::min(
        0.0, std::log((kLeaves + (1 - kLeaves) * missed) / std::max(stays_away, kLeastChance)));
}

ConvoyTerms Scorer::weigh_session(const Session& session, const Vehicle& vehicle) {
    ConvoyTerms terms;
    std::size_t last = session.end; // none yet
    double missed = 0;              // since then
    for (std::size_t i = session.first; i < session.end; ++i) {
        const Stop& stop = journey_.stops[i];
        const Neighbour* there = stop.find(vehicle.number);
        if (there == nullptr) {
            if (last != session.end)
                missed += missed_between(last, i, vehicle.number);
            continue;
        }
        const double right = static_cast<double>(std::clamp(there->confidence, 0.0F, 1.0F)) *
                             static_cast<double>(std::clamp(stop.pass.confidence, 0.0F, 1.0F));
        const double alone = chance(stop, vehicle);
        if (last == session.end)
            terms.meeting += log_ratio(options_.read_rate, alone, right);
        else
            terms.turns += log_ratio(options_.read_rate,
                                     std::max(alone, turns_.share(last, i, vehicle.number)), right);
        terms.missed += missed;
        missed = 0;
        last = i;
    }
    if (last != session.end)
        terms.missed += left(last, session.end, vehicle.number);
    terms.capped = std::min(0.0, options_.max_session_llr - total(terms));
    return terms;
}

/// Which journeys were made together, and which met by chance: the choice that is likeliest, where
/// choosing j of all costs the logarithm of how many such choices there are.
void Scorer::choose_sessions(std::vector<std::pair<int, ConvoyTerms>> shared,
                             Scored& scored) const {
    std::stable_sort(shared.begin(), shared.end(), [](const auto& a, const auto& b) {
        return total(a.second) > total(b.second);
    });
    const auto all = static_cast<int>(sessions_.size());
    const auto cost = [all](std::size_t chosen) {
        return -std::log(all + 1.0) - log_choices(all, static_cast<int>(chosen));
    };
    std::size_t best = 0;
    double best_llr = cost(0);
    double sum = 0;
    for (std::size_t chosen = 1; chosen <= shared.size(); ++chosen) {
        sum += total(shared[chosen - 1].second);
        if (sum + cost(chosen) > best_llr) {
            best = chosen;
            best_llr = sum + cost(chosen);
        }
    }
    ConvoyTerms& terms = scored.companion.terms;
    for (std::size_t i = 0; i < best; ++i) {
        terms.meeting += shared[i].second.meeting;
        terms.turns += shared[i].second.turns;
        terms.missed += shared[i].second.missed;
        terms.capped += shared[i].second.capped;
        scored.sessions.push_back(shared[i].first);
    }
    terms.sessions = cost(best);
    std::sort(scored.sessions.begin(), scored.sessions.end());
}

/// Each journey's lag is foretold from those before it; at first nothing is known.
double Scorer::lag_term(const Scored& scored) const {
    const auto scale = static_cast<double>(microseconds{options_.max_lag}.count()) / kLagScales;
    double sum = 0;
    double term = 0;
    int before = 0;
    for (const int session : scored.sessions) {
        std::vector<std::int64_t> lags;
        for (const std::size_t i : scored.stops)
            if (journey_.stops[i].session == session)
                lags.push_back(journey_.stops[i].find(scored.vehicle.number)->lag_us);
        const auto lag = static_cast<double>(median(std::move(lags)));
        if (before > 0)
            term +=
                std::log(0.5 + 0.5 * kLagScales * std::exp(-std::abs(lag - sum / before) / scale));
        sum += lag;
        ++before;
    }
    return std::min(term, options_.max_session_llr / 2);
}

void Scorer::describe(Scored& scored) const {
    const Vehicle& vehicle = scored.vehicle;
    Companion& companion = scored.companion;
    std::vector<std::int64_t> lags;
    std::set<int> places;
    for (const std::size_t i : scored.stops) {
        const Stop& stop = journey_.stops[i];
        const Neighbour& there = *stop.find(vehicle.number);
        lags.push_back(there.lag_us);
        places.insert(stop.place);
        companion.passes.push_back({stop.pass.event, there.event, stop.pass.camera, stop.pass.at,
                                    milliseconds_of(there.lag_us), stop.session});
    }
    companion.places = static_cast<int>(places.size());
    for (std::size_t i = 0; i + 1 < scored.stops.size(); ++i)
        if (companion.passes[i].session == companion.passes[i + 1].session)
            companion.missed += static_cast<int>(scored.stops[i + 1] - scored.stops[i]) - 1;
    const std::int64_t middle = median(lags);
    const auto behind = static_cast<double>(
        std::count_if(lags.begin(), lags.end(), [](std::int64_t lag) { return lag > 0; }));
    const double share = behind / static_cast<double>(lags.size());
    companion.side = share >= 0.9   ? ConvoySide::behind
                     : share <= 0.1 ? ConvoySide::ahead
                                    : ConvoySide::both;
    companion.median_lag = milliseconds_of(middle);
    for (std::int64_t& lag : lags)
        lag = std::abs(lag - middle);
    companion.lag_spread = milliseconds_of(median(std::move(lags)));
    for (const Session& session : sessions_) {
        double apart = 1;
        for (std::size_t i = session.first; i < session.end; ++i)
            apart *= 1 - chance(journey_.stops[i], vehicle);
        companion.expected_sessions += 1 - apart;
    }
}

Scored Scorer::score(int vehicle, std::vector<std::size_t> stops,
                     const std::vector<ports::PassRow>& own, bool complete) {
    Scored scored{{vehicle, {}, complete}, {}, std::move(stops), {}};
    Vehicle& known = scored.vehicle;
    known.seen.resize(journey_.flow.size());
    for (const ports::PassRow& row : own)
        if (const auto camera = journey_.cameras.find(row.camera); camera != journey_.cameras.end())
            known.seen[camera->second].push_back(row.at);
    Companion& companion = scored.companion;
    companion.plate = journey_.plates[static_cast<std::size_t>(vehicle)];
    std::vector<std::pair<int, ConvoyTerms>> shared;
    for (const Session& session : sessions_) {
        const auto first =
            std::lower_bound(scored.stops.begin(), scored.stops.end(), session.first);
        if (first != scored.stops.end() && *first < session.end)
            shared.emplace_back(journey_.stops[session.first].session,
                                weigh_session(session, known));
    }
    choose_sessions(std::move(shared), scored);
    companion.terms.lag = lag_term(scored);
    companion.sessions = static_cast<int>(scored.sessions.size());
    companion.llr = total(companion.terms);
    return scored;
}

} // namespace vedette::analysis::convoy
