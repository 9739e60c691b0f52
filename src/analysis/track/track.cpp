#include "vedette/analysis/track.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "following/state_bytes.h"
#include "ranges.h"

namespace vedette::analysis {
namespace {

constexpr double kLongestGap_s = 60;        ///< of something that drives
constexpr double kLongestStand_s = 10 * 60; ///< of something at one place
constexpr double kOnePlace_m = 100;
constexpr double kStands_mps = 1;
constexpr double kStandsOn_s = 90;  ///< behind the last fix
constexpr double kDrivesOn_s = 5;   ///< behind the last fix
constexpr double kFastest_mps = 14; ///< of whom nothing else is known
constexpr double kLargestAccuracy_m = 10'000;
constexpr double kFastestOnEarth_mps = 1'000;
constexpr double kMetresPerDegree = 111'195; ///< of a meridian, on the sphere of distance_m()
constexpr std::size_t kFixBytes = 8 + 2 * 8 + 1 + 8 + 1 + 8 + 8;

double seconds(std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// The shorter way around the earth.
GeoPoint between(const GeoPoint& a, const GeoPoint& b, double share) {
    const double east = std::remainder(b.longitude_deg - a.longitude_deg, 360.0);
    return {a.latitude_deg + share * (b.latitude_deg - a.latitude_deg),
            std::remainder(a.longitude_deg + share * east, 360.0)};
}

GeoPoint moved(const GeoPoint& from, double course_deg, double metres) {
    const double course = course_deg * std::numbers::pi / 180;
    const double north = metres * std::cos(course) / kMetresPerDegree;
    const double narrow = std::max(0.01, std::cos(from.latitude_deg * std::numbers::pi / 180));
    const double east = metres * std::sin(course) / (kMetresPerDegree * narrow);
    return {std::clamp(from.latitude_deg + north, -90.0, 90.0),
            std::remainder(from.longitude_deg + east, 360.0)};
}

std::optional<TrackPosition> unless_vague(const TrackPosition& position) {
    return position.uncertainty_m <= TrackLog::kMostUncertain_m ? std::optional{position}
                                                                : std::nullopt;
}

std::optional<TrackPosition> interpolated(const TrackFix& a, const TrackFix& b, WallTime time) {
    const double gap = seconds(b.at - a.at);
    const double metres = distance_m(a.position, b.position);
    const bool one_place = metres <= kOnePlace_m;
    if (gap > (one_place ? kLongestStand_s : kLongestGap_s))
        return std::nullopt;
    const double into = seconds(time - a.at);
    const double speed = std::max({metres / gap, a.speed_mps.value_or(0), b.speed_mps.value_or(0)});
    const double share = into / gap;
    const double accuracy = a.accuracy_m + share * (b.accuracy_m - a.accuracy_m);
    return unless_vague({between(a.position, b.position, share),
                         accuracy + speed * std::min(into, gap - into) / 2});
}

std::optional<TrackPosition> beyond(const TrackFix& last, WallTime time) {
    const double on = seconds(time - last.at);
    const double speed = last.speed_mps.value_or(kFastest_mps);
    if (on > (speed < kStands_mps ? kStandsOn_s : kDrivesOn_s))
        return std::nullopt;
    const bool heads = last.course_deg && last.speed_mps && speed >= kStands_mps;
    return unless_vague({heads ? moved(last.position, *last.course_deg, speed * on) : last.position,
                         last.accuracy_m + std::max(speed, kStands_mps) * on * (heads ? 0.5 : 1)});
}

void save_number(const std::optional<double>& number, StateWriter& out) {
    out.put(static_cast<std::uint8_t>(number.has_value()));
    out.put(number.value_or(0));
}

std::optional<double> load_number(StateReader& in) {
    const bool is_there = in.get<std::uint8_t>() != 0;
    const auto number = in.get<double>();
    return is_there ? std::optional{number} : std::nullopt;
}

} // namespace

Status check(const TrackFix& fix) {
    VEDETTE_CHECK_OK(in_range("lat", fix.position.latitude_deg, -90, 90));
    VEDETTE_CHECK_OK(in_range("lon", fix.position.longitude_deg, -180, 180));
    if (fix.speed_mps)
        VEDETTE_CHECK_OK(in_range("speed (m/s)", *fix.speed_mps, 0, kFastestOnEarth_mps));
    if (fix.course_deg)
        VEDETTE_CHECK_OK(in_range("course (degrees)", *fix.course_deg, 0, 360));
    return in_range("accuracy (m)", fix.accuracy_m, 0, kLargestAccuracy_m);
}

bool TrackLog::add(const TrackFix& fix) {
    if (!check(fix))
        return false;
    const auto place =
        std::lower_bound(fixes_.begin(), fixes_.end(), fix.at,
                         [](const TrackFix& known, WallTime at) { return known.at < at; });
    if (place != fixes_.end() && place->at == fix.at)
        return false;
    if (place == fixes_.begin() && fixes_.size() >= max_fixes_)
        return false;
    fixes_.insert(place, fix);
    if (fixes_.size() > max_fixes_)
        fixes_.pop_front();
    return true;
}

std::optional<TrackPosition> TrackLog::at(WallTime time) const {
    const auto after =
        std::lower_bound(fixes_.begin(), fixes_.end(), time,
                         [](const TrackFix& known, WallTime at) { return known.at < at; });
    if (after != fixes_.end() && after->at == time)
        return unless_vague({after->position, after->accuracy_m});
    if (after == fixes_.begin())
        return std::nullopt;
    const TrackFix& before = *(after - 1);
    return after == fixes_.end() ? beyond(before, time) : interpolated(before, *after, time);
}

void TrackLog::forget_before(WallTime time) {
    while (fixes_.size() > 1 && fixes_[1].at <= time)
        fixes_.pop_front();
}

std::optional<TrackFix> TrackLog::latest() const {
    return fixes_.empty() ? std::nullopt : std::optional{fixes_.back()};
}

std::string TrackLog::save() const {
    StateWriter out;
    out.put(static_cast<std::uint64_t>(fixes_.size()));
    for (const TrackFix& fix : fixes_) {
        out.put(static_cast<std::int64_t>(fix.at.time_since_epoch().count()));
        out.put(fix.position.latitude_deg);
        out.put(fix.position.longitude_deg);
        save_number(fix.speed_mps, out);
        save_number(fix.course_deg, out);
        out.put(fix.accuracy_m);
    }
    return out.take();
}

Status TrackLog::restore(std::string_view state) {
    const Error damaged{ErrorCode::data_loss, "the saved track is damaged"};
    StateReader in{state};
    TrackLog fresh{max_fixes_};
    const std::size_t count = in.count(kFixBytes);
    for (std::size_t i = 0; i < count; ++i) {
        TrackFix fix;
        fix.at = WallTime{std::chrono::microseconds{in.get<std::int64_t>()}};
        fix.position.latitude_deg = in.get<double>();
        fix.position.longitude_deg = in.get<double>();
        fix.speed_mps = load_number(in);
        fix.course_deg = load_number(in);
        fix.accuracy_m = in.get<double>();
        const auto last = fresh.latest();
        // Differences of times must fit: those of the next thousand years do.
        constexpr std::chrono::hours kLatest{24 * 366 * 1'000};
        if (!check(fix) || std::chrono::abs(fix.at.time_since_epoch()) > kLatest ||
            (last && fix.at <= last->at))
            return damaged;
        fresh.add(fix);
    }
    if (!in.ok() || !in.at_end())
        return damaged;
    *this = std::move(fresh);
    return {};
}

} // namespace vedette::analysis
