#include "following/habit.h"

#include <algorithm>
#include <cmath>

#include "following/confusion.h"

namespace vedette::analysis {
namespace {

constexpr double kHalfLifeDays = 21;    ///< of a habit
constexpr double kOtherKindOfDay = 0.3; ///< weight of a pass on a weekend for a weekday, and back
constexpr double kOwnCamera = 5;        ///< weight, in passes, of traffic at large
constexpr std::int64_t kNarrow = 10 * 60 * kSecond; ///< half width of the kernels
constexpr std::int64_t kWide = kHour;
constexpr double kTodayShare = 0.5;
constexpr double kDoubleReadS = 2; ///< two reads of one pass are about so far apart

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

double triangle(std::int64_t distance, std::int64_t half_width) {
    const double far = std::abs(static_cast<double>(distance)) / static_cast<double>(half_width);
    return far >= 1 ? 0 : (1 - far) / seconds(half_width);
}

/// Per second: how likely a habit is kept this far from its usual time.
double kernel(std::int64_t distance) {
    return 0.5 * triangle(distance, kNarrow) + 0.5 * triangle(distance, kWide);
}

double age_weight(std::int64_t age) {
    return std::exp2(-std::abs(static_cast<double>(age)) / (kHalfLifeDays * kDay));
}

/// From its first to its last pass, a day at least.
std::int64_t active_span(const std::vector<Read>& reads) {
    return reads.empty() ? kDay : reads.back().at - reads.front().at + kDay;
}

/// The days on which a pass could have been, weighted as the passes are.
double days_like(const GatherFrom& from, const std::vector<Read>& reads, std::int64_t at) {
    const bool cut_short = 2 * reads.size() > from.max_reads;
    const std::int64_t span =
        cut_short ? std::min(from.observed, active_span(reads)) : from.observed;
    const double observed = static_cast<double>(span) / static_cast<double>(kDay);
    const double life = kHalfLifeDays / std::log(2.0);
    const double days = life * (1 - std::exp(-std::max(1.0, observed) / life));
    const double share = from.local.weekend(at) ? 2.0 / 7 : 5.0 / 7;
    return days * (share + kOtherKindOfDay * (1 - share)) + 0.5;
}

double pass_weight(const GatherFrom& from, const Read& read, std::int64_t at) {
    const double near = kernel(LocalTime::day_distance(read.at, at));
    if (near == 0)
        return 0;
    const bool like = from.local.weekend(read.at) == from.local.weekend(at);
    return near * age_weight(at - read.at) * (like ? 1 : kOtherKindOfDay);
}

} // namespace

std::pair<double, double> VehiclePast::own_turns(CameraIndex a, CameraIndex b) const {
    double left = 0;
    double taken = 0;
    for (std::size_t i = 0; i + 1 < reads.size(); ++i) {
        if (reads[i].camera != a || !counts(i))
            continue;
        left += 1;
        if (reads[i + 1].camera == b && counts(i + 1) &&
            reads[i + 1].at - reads[i].at <= from.session_gap)
            taken += 1;
    }
    return {left, taken};
}

CoSighting VehiclePast::entry(const Read& subject, const Read& vehicle) const {
    const std::int64_t at = vehicle.at;
    double own = 0;
    double here = 0;
    double today = 0;
    double by_time = 0;
    for (std::size_t i = 0; i < reads.size(); ++i) {
        if (!counts(i))
            continue;
        own += 1;
        today += std::abs(reads[i].at - at) < kDay / 2 ? 1 : 0;
        if (reads[i].camera != vehicle.camera)
            continue;
        here += 1;
        by_time += pass_weight(from, reads[i], at);
    }
    const TrafficModel& traffic = from.traffic;
    const std::int64_t active = std::min(std::max(kDay, from.observed), active_span(reads));
    const double drives_hz = (own + 1) / seconds(active) + kTodayShare * today / seconds(kDay);
    const double expected = traffic.expected_hz(vehicle.camera, at);
    const double busy = expected / traffic.mean_hz(vehicle.camera);

    CoSighting seen;
    seen.camera = domain::CameraId{from.cameras[vehicle.camera].name};
    seen.place = from.cameras[vehicle.camera].place;
    seen.subject_at = WallTime{std::chrono::microseconds{subject.at}};
    seen.vehicle_at = WallTime{std::chrono::microseconds{vehicle.at}};
    seen.confidence = vehicle.confidence_share();
    seen.merged = vehicle.merged;
    seen.clock_error_s = from.cameras[vehicle.camera].clock_error_s;
    seen.expected_hz = drives_hz * expected / traffic.total_hz();
    const double usual = expected * std::chrono::duration<double>(from.score.max_lag).count();
    seen.flow = std::max(0.2, (std::max(subject.near, vehicle.near) + 1.0) / (usual + 1));
    seen.habit_hz = by_time / days_like(from, reads, at) +
                    drives_hz * here / (own + kOwnCamera) * std::min(1.0, busy);
    for (const Confusable& other : confusable)
        seen.misread_hz +=
            other.chance *
            (other.is_subject
                 ? 0.5 / kDoubleReadS * std::exp(-std::abs(seen.lag_s()) / kDoubleReadS)
                 : habit_hz(from, from.vehicles[other.vehicle].reads, vehicle.camera, at));
    return seen;
}

double habit_hz(const GatherFrom& from, const std::vector<Read>& reads, CameraIndex camera,
                std::int64_t at) {
    double by_time = 0;
    for (const Read& read : reads)
        if (read.camera == camera)
            by_time += pass_weight(from, read, at);
    return by_time / days_like(from, reads, at);
}

std::vector<Confusable> confusable_vehicles(const GatherFrom& from, VehicleIndex subject,
                                            VehicleIndex vehicle) {
    std::vector<Confusable> found;
    const std::string& plate = from.vehicles[vehicle].plate;
    const VehicleIndex only[] = {subject};
    const auto own = from.plates.empty() ? std::span<const VehicleIndex>{only} : from.plates;
    const auto is_own = [own](VehicleIndex index) {
        return std::find(own.begin(), own.end(), index) != own.end();
    };
    for (const VehicleIndex index : own)
        if (const double chance = misread_chance(from.vehicles[index].plate, plate); chance > 0)
            found.push_back({index, chance, true});
    each_confusable(plate, [&](const std::string& other, std::size_t place) {
        const VehicleIndex index = from.vehicles.find(other);
        if (index != kNoVehicle && !is_own(index))
            found.push_back({index, confusion_rate(other[place], plate[place]), false});
    });
    return found;
}

} // namespace vedette::analysis
