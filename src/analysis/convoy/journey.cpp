#include "convoy/journey.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <unordered_map>

namespace vedette::analysis::convoy {
namespace {

using ports::PassList;
using ports::PassRow;

/// How many vehicles the pooled share weighs as much as.
constexpr double kPooledWeight = 4;

std::int64_t us_between(WallTime from, WallTime to) { return (to - from).count(); }

/// Repeats at one camera are one pass; so the surroundings of two never overlap.
std::vector<PassRow> without_repeats(std::vector<PassRow> rows, std::chrono::seconds max_lag) {
    std::map<domain::CameraId, WallTime> last;
    std::vector<PassRow> kept;
    for (PassRow& row : rows) {
        const auto known = last.find(row.camera);
        if (known != last.end() && row.at - known->second <= 2 * max_lag)
            continue;
        last[row.camera] = row.at;
        kept.push_back(std::move(row));
    }
    return kept;
}

/// Numbers for places: cameras within the radius of an earlier one share its number.
class PlaceNumbers {
public:
    PlaceNumbers(const std::vector<Place>& places, double radius_m)
        : places_{places}, radius_m_{radius_m} {}

    int of(const domain::CameraId& camera) {
        const auto [known, is_new] = numbers_.emplace(camera, static_cast<int>(numbers_.size()));
        if (!is_new)
            return known->second;
        if (const Place* here = find(camera))
            for (const auto& [other, number] : numbers_)
                if (const Place* there = find(other); other != camera && there != nullptr &&
                                                      distance_m(here->at, there->at) <= radius_m_)
                    return known->second = std::min(known->second, number);
        return known->second;
    }

private:
    [[nodiscard]] const Place* find(const domain::CameraId& camera) const {
        const auto found = std::find_if(places_.begin(), places_.end(),
                                        [&](const Place& one) { return one.camera == camera; });
        return found == places_.end() ? nullptr : &*found;
    }
    const std::vector<Place>& places_;
    const double radius_m_;
    std::map<domain::CameraId, int> numbers_;
};

/// Gives plates their numbers.
class PlateNumbers {
public:
    explicit PlateNumbers(std::vector<std::string>& plates) : plates_{plates} {}
    int of(const std::string& plate) {
        const auto [known, is_new] = numbers_.emplace(plate, static_cast<int>(plates_.size()));
        if (is_new)
            plates_.push_back(plate);
        return known->second;
    }

private:
    std::vector<std::string>& plates_;
    std::unordered_map<std::string, int> numbers_; ///< looked up only
};

/// Of several reads of a vehicle around one stop the nearest in time; then the smaller id.
void keep_nearest(std::vector<Neighbour>& around) {
    std::sort(around.begin(), around.end(), [](const Neighbour& a, const Neighbour& b) {
        return std::tuple{a.vehicle, std::abs(a.lag_us), a.event} <
               std::tuple{b.vehicle, std::abs(b.lag_us), b.event};
    });
    around.erase(
        std::unique(around.begin(), around.end(),
                    [](const Neighbour& a, const Neighbour& b) { return a.vehicle == b.vehicle; }),
        around.end());
}

Result<std::vector<Neighbour>> neighbours_of(const PassRow& pass, const PassList& list,
                                             std::string_view subject, PlateNumbers& numbers) {
    std::vector<Neighbour> around;
    for (const PassRow& row : list.rows)
        if (row.plate != subject && row.event != pass.event)
            around.push_back(
                {numbers.of(row.plate), us_between(pass.at, row.at), row.confidence, row.event});
    keep_nearest(around);
    return around;
}

Result<std::uint64_t> flow_of(const ports::PassIndex& index, const domain::CameraId& camera,
                              const ports::TimeSpan& span) {
    VEDETTE_TRY(const auto hours, index.flow_at(camera, span));
    std::uint64_t passes = 0;
    for (const ports::HourCount& hour : hours)
        passes += hour.passes;
    return passes;
}

} // namespace

const Neighbour* Stop::find(int vehicle) const {
    const auto found =
        std::lower_bound(around.begin(), around.end(), vehicle,
                         [](const Neighbour& one, int wanted) { return one.vehicle < wanted; });
    return found != around.end() && found->vehicle == vehicle ? &*found : nullptr;
}

Result<Journey> read_journey(const ports::PassIndex& index, std::string_view plate,
                             const ports::TimeSpan& span, const ConvoyOptions& options,
                             const std::vector<Place>& places) {
    Journey journey;
    VEDETTE_TRY(auto own, index.passes_of(plate, span, options.most_passes));
    if (!own.complete)
        journey.limits.push_back("only the first " + std::to_string(options.most_passes) +
                                 " passes of the subject were looked at: give a shorter time");
    const std::size_t carried = std::erase_if(
        own.rows, [&](const PassRow& pass) { return options.carried.contains(pass.camera); });
    if (carried > 0)
        journey.limits.push_back(std::to_string(carried) +
                                 " passes of the subject were left out: a car carries the camera, "
                                 "which is at no one place");
    PlaceNumbers place_numbers{places, options.place_radius_m};
    PlateNumbers plate_numbers{journey.plates};
    bool crowded = false;
    for (PassRow& pass : without_repeats(std::move(own.rows), options.max_lag)) {
        Stop stop;
        if (!journey.stops.empty() && pass.at - journey.stops.back().pass.at > options.session_gap)
            ++journey.sessions;
        stop.session = journey.sessions;
        stop.place = place_numbers.of(pass.camera);
        const ports::TimeSpan around{pass.at - options.max_lag,
                                     pass.at + options.max_lag + std::chrono::microseconds{1}};
        VEDETTE_TRY(const auto list, index.passes_at(pass.camera, around, options.most_around));
        crowded = crowded || !list.complete;
        VEDETTE_TRY(stop.around, neighbours_of(pass, list, plate, plate_numbers));
        const auto [camera, is_new] = journey.cameras.emplace(pass.camera, journey.flow.size());
        stop.camera = camera->second;
        if (is_new) {
            VEDETTE_TRY(const std::uint64_t flow, flow_of(index, pass.camera, span));
            journey.flow.push_back(flow);
        }
        stop.pass = std::move(pass);
        journey.stops.push_back(std::move(stop));
    }
    if (!journey.stops.empty())
        ++journey.sessions;
    if (crowded)
        journey.limits.push_back("more than " + std::to_string(options.most_around) +
                                 " vehicles were around a pass: give a shorter lag");
    return journey;
}

TurnShares::TurnShares(const Journey& journey) : journey_{journey} {
    for (std::size_t i = 0; i + 1 < journey.stops.size(); ++i) {
        if (journey.stops[i].session != journey.stops[i + 1].session)
            continue;
        const Cameras cameras{journey.stops[i].camera, journey.stops[i + 1].camera};
        const Counts counts = between(i, i + 1);
        pooled_[cameras].were += counts.were;
        pooled_[cameras].went_on += counts.went_on;
        stops_between_[cameras].push_back(i);
    }
}

TurnShares::Counts TurnShares::between(std::size_t from, std::size_t to) {
    const auto [known, is_new] = known_.emplace(std::pair{from, to}, Counts{});
    if (is_new) {
        const auto& a = journey_.stops[from].around;
        const auto& b = journey_.stops[to].around;
        known->second.were = static_cast<double>(a.size());
        for (auto here = a.begin(), there = b.begin(); here != a.end() && there != b.end();) {
            if (here->vehicle == there->vehicle) {
                ++known->second.went_on;
                ++here;
                ++there;
            } else if (here->vehicle < there->vehicle) {
                ++here;
            } else {
                ++there;
            }
        }
    }
    return known->second;
}

/// What the vehicle itself added to the pooled counts.
TurnShares::Counts TurnShares::own(const Cameras& cameras, int vehicle) const {
    Counts counts;
    const auto found = stops_between_.find(cameras);
    if (found == stops_between_.end())
        return counts;
    for (const std::size_t i : found->second) {
        if (journey_.stops[i].find(vehicle) == nullptr)
            continue;
        ++counts.were;
        if (journey_.stops[i + 1].find(vehicle) != nullptr)
            ++counts.went_on;
    }
    return counts;
}

double TurnShares::share(std::size_t from, std::size_t to, int vehicle) {
    const Stop& a = journey_.stops[from];
    const Stop& b = journey_.stops[to];
    const bool was = a.find(vehicle) != nullptr;
    const bool went_on = was && b.find(vehicle) != nullptr;
    const Counts here = between(from, to);
    const Cameras cameras{a.camera, b.camera};
    Counts all;
    if (const auto found = pooled_.find(cameras); found != pooled_.end()) {
        const Counts mine = own(cameras, vehicle);
        all = {found->second.were - mine.were, found->second.went_on - mine.went_on};
    }
    const double pooled = (all.went_on + 1) / (all.were + 2);
    return (here.went_on - (went_on ? 1 : 0) + kPooledWeight * pooled) /
           (here.were - (was ? 1 : 0) + kPooledWeight);
}

} // namespace vedette::analysis::convoy
