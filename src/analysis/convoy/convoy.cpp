#include "vedette/analysis/convoy.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "convoy/groups.h"
#include "convoy/journey.h"
#include "convoy/score.h"

namespace vedette::analysis {
namespace {

using convoy::Journey;
using convoy::Scored;
using convoy::Scorer;

Error out_of_range(const char* what, const char* range) {
    return {ErrorCode::invalid_argument, std::string{what} + " must be " + range};
}

Status check(const ConvoyOptions& options, const ports::TimeSpan& span) {
    using std::chrono::hours;
    const auto within = [](auto value, auto least, auto most) {
        return value >= least && value <= most;
    };
    if (span.from >= span.to)
        return Error{ErrorCode::invalid_argument, "from must be before to"};
    if (!within(options.max_lag, std::chrono::seconds{1}, std::chrono::seconds{hours{1}}))
        return out_of_range("max_lag", "1s..1h");
    if (!within(options.session_gap, std::chrono::minutes{1}, std::chrono::minutes{hours{24}}))
        return out_of_range("session_gap", "1m..24h");
    if (!within(options.min_places, 1, 100))
        return out_of_range("min_places", "1..100");
    if (!within(options.min_sessions, 1, 100))
        return out_of_range("min_sessions", "1..100");
    if (!within(options.max_session_llr, 1.0, 50.0))
        return out_of_range("max_session_llr", "1..50");
    if (!within(options.read_rate, 0.5, 0.99))
        return out_of_range("read_rate", "0.5..0.99");
    if (!within(options.most_companions, std::size_t{1}, std::size_t{500}))
        return out_of_range("limit", "1..500");
    if (!within(options.most_passes, std::size_t{1}, std::size_t{20'000}))
        return out_of_range("most_passes", "1..20000");
    if (!within(options.most_around, std::size_t{1}, std::size_t{10'000}))
        return out_of_range("most_around", "1..10000");
    if (!within(options.most_candidates, std::size_t{1}, std::size_t{50'000}))
        return out_of_range("most_candidates", "1..50000");
    if (!within(options.most_own_passes, std::size_t{1}, ports::PassIndex::kMostRows))
        return out_of_range("most_own_passes", "1..100000");
    return {};
}

constexpr int kMostOfOneJourney = 6;

/// A vehicle that was with the subject often enough to be looked at.
struct Candidate {
    int vehicle = 0;
    int sessions = 0;
    int places = 0;
    int promise = 0; ///< passes together, of each journey six at most
    std::vector<std::size_t> stops;
};

std::vector<Candidate> candidates_of(const Journey& journey, const ConvoyOptions& options) {
    std::vector<Candidate> all(journey.plates.size());
    for (std::size_t i = 0; i < journey.stops.size(); ++i)
        for (const convoy::Neighbour& one : journey.stops[i].around)
            all[static_cast<std::size_t>(one.vehicle)].stops.push_back(i);
    std::vector<Candidate> out;
    for (std::size_t vehicle = 0; vehicle < all.size(); ++vehicle) {
        Candidate& one = all[vehicle];
        one.vehicle = static_cast<int>(vehicle);
        std::map<int, int> sessions;
        std::set<int> places;
        for (const std::size_t i : one.stops) {
            if (++sessions[journey.stops[i].session] <= kMostOfOneJourney)
                ++one.promise;
            places.insert(journey.stops[i].place);
        }
        one.sessions = static_cast<int>(sessions.size());
        one.places = static_cast<int>(places.size());
        if (one.sessions >= options.min_sessions && one.places >= options.min_places)
            out.push_back(std::move(one));
    }
    return out;
}

/// Keeps those that promise most.
void keep_best(std::vector<Candidate>& candidates, const Journey& journey, std::size_t most) {
    const auto rank = [&](const Candidate& one) {
        return std::tuple{-one.promise, -one.places,
                          std::string_view{journey.plates[static_cast<std::size_t>(one.vehicle)]}};
    };
    std::sort(candidates.begin(), candidates.end(),
              [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); });
    candidates.resize(std::min(candidates.size(), most));
}

Result<std::vector<Scored>> score_all(const ports::PassIndex& index, const Journey& journey,
                                      std::vector<Candidate> candidates,
                                      const ports::TimeSpan& span, const ConvoyOptions& options) {
    Scorer scorer{journey, span, options};
    std::vector<Scored> scored;
    for (Candidate& one : candidates) {
        VEDETTE_TRY(const auto own,
                    index.passes_of(journey.plates[static_cast<std::size_t>(one.vehicle)], span,
                                    options.most_own_passes));
        Scored next = scorer.score(one.vehicle, std::move(one.stops), own.rows, own.complete);
        if (next.companion.sessions >= options.min_sessions)
            scored.push_back(std::move(next));
    }
    std::sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) {
        return a.companion.llr != b.companion.llr ? a.companion.llr > b.companion.llr
                                                  : a.companion.plate < b.companion.plate;
    });
    scored.resize(std::min(scored.size(), options.most_companions));
    for (Scored& one : scored)
        scorer.describe(one);
    return scored;
}

} // namespace

Result<ConvoyReport> find_convoy(const ports::PassIndex& index, std::string_view plate,
                                 const ports::TimeSpan& span, const ConvoyOptions& options,
                                 const std::vector<Place>& places) {
    VEDETTE_CHECK_OK(check(options, span));
    VEDETTE_TRY(Journey journey, convoy::read_journey(index, plate, span, options, places));
    ConvoyReport report;
    report.plate = std::string{plate};
    report.span = span;
    report.passes = journey.stops.size();
    report.sessions = journey.sessions;
    report.around = journey.plates.size();
    for (const std::uint64_t passes : journey.flow)
        report.traffic += passes;
    report.chance_llr = std::log(std::max(1.0, static_cast<double>(report.traffic)));
    report.limits = std::move(journey.limits);
    auto candidates = candidates_of(journey, options);
    if (candidates.size() > options.most_candidates)
        report.limits.push_back("only the " + std::to_string(options.most_candidates) +
                                " vehicles that met it most often were looked at: give a shorter "
                                "time, or ask for more places or journeys together");
    keep_best(candidates, journey, options.most_candidates);
    report.candidates = candidates.size();
    VEDETTE_TRY(auto scored, score_all(index, journey, std::move(candidates), span, options));
    report.groups = convoy::find_groups(scored, options);
    for (Scored& one : scored)
        report.companions.push_back(std::move(one.companion));
    return report;
}

} // namespace vedette::analysis
