#include "following/carried.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "following/habit.h"

namespace vedette::analysis {
namespace {

// Judgement, not measurement; looked at on seeds that no figure was made with.
constexpr double kInView = 0.6;   ///< that a follower is read at a place that the subject comes to
constexpr double kLeaves = 0.05;  ///< that it gives up or hands over there
constexpr double kSameTurn = 0.5; ///< that an innocent one makes the same turn
constexpr double kSameStop = 0.3; ///< that it goes on where the subject does after a long stop
constexpr std::chrono::minutes kLongestVisit{10};
constexpr std::int64_t kLongStop = 300 * kSecond;
constexpr double kTurnDegrees = 60;
constexpr double kLeg_m = 700;   ///< a direction is that of so long a way
constexpr double kOnce = 0.5;    ///< journeys on which a vehicle is met that is not known yet
constexpr double kUnknown = 2;   ///< visits, that a place was come to without this vehicle
constexpr double kMostHabit = 1; ///< of visits

/// A vehicle that was seen at a place that the subject had come to.
struct Met {
    std::size_t visit = 0; ///< among the subject's
    std::size_t read = 0;  ///< among the vehicle's
    std::uint32_t session = 0;
};

struct Journeys {
    std::vector<std::size_t> begins; ///< first visit of each, and the end
    std::vector<std::uint32_t> of;   ///< of each visit
};

Journeys journeys_of(const std::vector<Read>& visits, std::int64_t gap) {
    Journeys journeys;
    for (std::size_t i = 0; i < visits.size(); ++i) {
        if (i == 0 || visits[i].at - visits[i - 1].at > gap)
            journeys.begins.push_back(i);
        journeys.of.push_back(static_cast<std::uint32_t>(journeys.begins.size() - 1));
    }
    journeys.begins.push_back(visits.size());
    return journeys;
}

/// The first read of the vehicle in each visit.
std::vector<Met> meetings(const std::vector<Read>& visits, const std::vector<Read>& reads,
                          const Journeys& journeys, std::int64_t longest) {
    std::vector<Met> met;
    std::size_t next = 0;
    for (std::size_t i = 0; i < visits.size(); ++i) {
        const std::int64_t end = std::min(visits[i].at + longest,
                                          i + 1 < visits.size() ? visits[i + 1].at - 1 : INT64_MAX);
        while (next < reads.size() && reads[next].at < visits[i].at)
            ++next;
        for (std::size_t k = next; k < reads.size() && reads[k].at <= end; ++k)
            if (reads[k].camera == visits[i].camera) {
                met.push_back({i, k, journeys.of[i]});
                break;
            }
    }
    return met;
}

double heading_deg(const GeoPoint& from, const GeoPoint& to) {
    const double north = to.latitude_deg - from.latitude_deg;
    const double east = (to.longitude_deg - from.longitude_deg) *
                        std::cos(from.latitude_deg * std::numbers::pi / 180);
    return std::atan2(east, north) * 180 / std::numbers::pi;
}

/// How often the way has turned up to each visit, and how often it was interrupted by a stop.
struct Way {
    std::vector<std::uint32_t> turns;
    std::vector<std::uint32_t> stops;
};

Way way_of(const GatherFrom& from, const std::vector<Read>& visits, const Journeys& journeys) {
    Way way{std::vector<std::uint32_t>(visits.size()), std::vector<std::uint32_t>(visits.size())};
    std::optional<GeoPoint> leg; ///< where the direction began that is held to
    bool holds = false;
    double held = 0; ///< the direction, if it holds one
    for (std::size_t i = 0; i < visits.size(); ++i) {
        const auto& here = from.cameras[visits[i].camera].at;
        const bool begins = i == 0 || journeys.of[i] != journeys.of[i - 1];
        if (!begins) {
            way.turns[i] = way.turns[i - 1];
            way.stops[i] =
                way.stops[i - 1] + (visits[i].at - visits[i - 1].at >= kLongStop ? 1 : 0);
        }
        if (begins || !leg) {
            leg = here;
            holds = false;
            continue;
        }
        if (!here || distance_m(*leg, *here) < kLeg_m)
            continue;
        const double heading = heading_deg(*leg, *here);
        const double change = holds ? std::remainder(heading - held, 360.0) : 0;
        way.turns[i] += std::abs(change) > kTurnDegrees ? 1 : 0;
        if (!holds || std::abs(change) > kTurnDegrees / 2)
            held = heading;
        holds = true;
        leg = here;
    }
    return way;
}

class CarriedGatherer {
public:
    CarriedGatherer(const GatherFrom& from, VehicleIndex subject, VehicleIndex vehicle)
        : from_{from}, visits_{from.vehicles[subject].reads}, reads_{from.vehicles[vehicle].reads},
          options_{carried_options(from.score)},
          longest_{std::chrono::microseconds{options_.max_lag}.count()},
          journeys_{journeys_of(visits_, from.session_gap)}, met_{meetings(visits_, reads_,
                                                                           journeys_, longest_)},
          confusable_{met_.empty() ? std::vector<Confusable>{}
                                   : confusable_vehicles(from, subject, vehicle)} {}

    [[nodiscard]] std::vector<SessionEvidence> sessions() const {
        std::vector<SessionEvidence> sessions;
        if (met_.empty())
            return sessions;
        const Way way = way_of(from_, visits_, journeys_);
        const Met* before = nullptr;
        for (const Met& now : met_) {
            const bool first = before == nullptr || before->session != now.session;
            if (!first && place_of(*before) == place_of(now))
                continue; // one queue at one place is one piece of evidence
            if (first)
                sessions.push_back(session_of(now));
            CoSighting seen = entry(now);
            if (!first)
                add_step(way, *before, now, seen);
            sessions.back().together.push_back(std::move(seen));
            before = &now;
        }
        find_like_journeys(sessions);
        return sessions;
    }
    [[nodiscard]] std::uint32_t journeys() const {
        return static_cast<std::uint32_t>(journeys_.begins.size() - 1);
    }
    [[nodiscard]] const FollowingScoreOptions& options() const { return options_; }

private:
    [[nodiscard]] std::uint32_t place_of(const Met& met) const {
        return from_.cameras[visits_[met.visit].camera].place;
    }

    [[nodiscard]] SessionEvidence session_of(const Met& met) const {
        const std::size_t begin = journeys_.begins[met.session];
        const std::size_t end = journeys_.begins[met.session + 1];
        return {.begins = WallTime{std::chrono::microseconds{visits_[begin].at}},
                .ends = WallTime{std::chrono::microseconds{visits_[end - 1].at}},
                .subject_passes = static_cast<std::uint32_t>(end - begin),
                .habit = 0,
                .day = static_cast<std::uint32_t>(from_.local.day(visits_[begin].at)),
                .together = {}};
    }

    /// On how many journeys before this one it was met.
    [[nodiscard]] double met_before(std::uint32_t session) const {
        double journeys = 0;
        std::uint32_t last = 0;
        for (const Met& met : met_) {
            if (met.session >= session)
                break;
            journeys += journeys == 0 || met.session != last ? 1 : 0;
            last = met.session;
        }
        return journeys;
    }

    /// Of the subject's earlier visits to this place, the share on which the vehicle was there:
    /// at any time of day and at this one, half and half.
    [[nodiscard]] double habit_here(const Met& now) const {
        const std::uint32_t place = place_of(now);
        const std::size_t begin = journeys_.begins[now.session];
        std::array<double, 2> came{};
        std::array<double, 2> was_there{};
        auto met = met_.begin();
        for (std::size_t i = 0; i < begin; ++i) {
            const bool there = met != met_.end() && met->visit == i;
            if (there)
                ++met;
            if (from_.cameras[visits_[i].camera].place != place)
                continue;
            const auto apart = LocalTime::day_distance(visits_[i].at, visits_[now.visit].at);
            for (const std::size_t kind : {std::size_t{0}, std::size_t{1}}) {
                if (kind == 1 && std::abs(apart) > kHour)
                    continue;
                came[kind] += 1;
                was_there[kind] += there ? 1 : 0;
            }
        }
        double share = 0;
        for (const std::size_t kind : {std::size_t{0}, std::size_t{1}})
            share += 0.5 * was_there[kind] / (came[kind] + kUnknown);
        return std::min(kMostHabit, share);
    }

    /// That a plate which is easily read as this one was what was seen.
    [[nodiscard]] double misread_here(const Met& now) const {
        double share = 0;
        const std::int64_t begin = visits_[now.visit].at;
        for (const Confusable& other : confusable_) {
            if (other.is_subject)
                continue; // it does not see itself
            const auto& reads = from_.vehicles[other.vehicle].reads;
            const auto near =
                std::lower_bound(reads.begin(), reads.end(), begin,
                                 [](const Read& read, std::int64_t at) { return read.at < at; });
            const bool there = near != reads.end() && near->at <= begin + longest_;
            share += other.chance * (there ? 1 : usual(0));
        }
        return std::min(1.0, share);
    }

    /// Of the places that the subject comes to, the share at which a vehicle is met that was met on
    /// so many journeys before. One that was met at all is met at one of all of them.
    [[nodiscard]] double usual(double met_on) const {
        return (met_on + kOnce) /
               (2 * static_cast<double>(std::max<std::size_t>(1, visits_.size())));
    }

    [[nodiscard]] CoSighting entry(const Met& now) const {
        const double window_s = std::chrono::duration<double>(options_.max_lag).count();
        const Read& visit = visits_[now.visit];
        const Read& read = reads_[now.read];
        CoSighting seen;
        seen.camera = domain::CameraId{from_.cameras[visit.camera].name};
        seen.place = place_of(now);
        seen.index = static_cast<std::uint32_t>(now.visit - journeys_.begins[now.session]);
        seen.vehicle_at = WallTime{std::chrono::microseconds{read.at}};
        seen.subject_at = seen.vehicle_at; // it is always there itself
        seen.confidence = read.confidence_share();
        seen.merged = read.merged;
        seen.expected_hz = usual(met_before(now.session)) / (2 * window_s);
        seen.habit_hz = habit_here(now) / (2 * window_s);
        seen.misread_hz = misread_here(now) / (2 * window_s);
        return seen;
    }

    void add_step(const Way& way, const Met& before, const Met& now, CoSighting& seen) const {
        const auto turns = way.turns[now.visit] - way.turns[before.visit];
        const auto stops = way.stops[now.visit] - way.stops[before.visit];
        seen.turn_chance = from_.again * std::pow(kSameTurn, turns) * std::pow(kSameStop, stops);
        // Places in between say nothing: who goes the same way by chance is out of view there as
        // often as who follows.
    }

    const GatherFrom& from_;
    const std::vector<Read>& visits_; ///< of the subject
    const std::vector<Read>& reads_;  ///< of the vehicle
    const FollowingScoreOptions options_;
    const std::int64_t longest_;
    const Journeys journeys_;
    const std::vector<Met> met_;
    const std::vector<Confusable> confusable_;
};

} // namespace

FollowingScoreOptions carried_options(FollowingScoreOptions options) {
    options.read_rate = std::min(options.read_rate, kInView);
    options.leave = kLeaves;
    options.max_lag = std::min<std::chrono::milliseconds>(options.max_lag, kLongestVisit);
    // With both scales equal to the window, a lag of 0 is as likely of anybody.
    options.close_s = options.loose_s = std::chrono::duration<double>(options.max_lag).count();
    return options;
}

FollowingEvidence gather_carried(const GatherFrom& from, VehicleIndex subject,
                                 VehicleIndex vehicle) {
    const CarriedGatherer gatherer{from, subject, vehicle};
    return {.subject = from.vehicles[subject].plate,
            .vehicle = from.vehicles[vehicle].plate,
            .subject_sessions = gatherer.journeys(),
            .sessions = gatherer.sessions(),
            .options = gatherer.options()};
}

} // namespace vedette::analysis
