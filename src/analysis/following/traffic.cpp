#include "following/traffic.h"

#include <algorithm>
#include <cmath>

namespace vedette::analysis {
namespace {

constexpr std::size_t kMaxTurns = 1'000'000;
constexpr float kMostHours = 10;  ///< an hour of the week remembers about so many weeks
constexpr float kKeep = 0.97716F; ///< per day: a half-life of 30 days
constexpr std::int64_t kMaxGapHours = 168;
constexpr double kLeastSeconds = 3600;
constexpr double kTurnsAtAnyTime = 20; ///< weight, in turns, of all times of day together
constexpr double kTurnsAnywhere = 2;   ///< weight, in turns, of all cameras alike
constexpr float kMostTravels = 200;
constexpr std::int64_t kLatest = std::int64_t{10'000} * 366 * kDay; ///< of times in a saved state

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

} // namespace

void TrafficModel::end_hour(std::int64_t hour) {
    const auto cell_index =
        static_cast<std::size_t>(local_.hour_of_week(hour * kHour - local_.offset));
    for (Camera& camera : cameras_) {
        Cell& cell = camera.week[cell_index];
        cell.hours = std::min(cell.hours + 1, kMostHours);
        cell.hz += (static_cast<float>(camera.this_hour) / 3600 - cell.hz) / cell.hours;
        camera.this_hour = 0;
    }
    if ((hour + 1) % 24 == 0)
        fade((hour + 1) * kHour - local_.offset);
}

void TrafficModel::fade(std::int64_t midnight) {
    seconds_ = (seconds_ + seconds(midnight - faded_at_)) * kKeep;
    faded_at_ = midnight;
    passes_ *= kKeep;
    for (Camera& camera : cameras_) {
        camera.passes *= kKeep;
        for (float& reads : camera.reads)
            reads *= kKeep;
    }
    for (auto turn = turns_.begin(); turn != turns_.end();) {
        float all = 0;
        for (float& count : turn->second.count)
            all += count *= kKeep;
        turn = all < 0.05F ? turns_.erase(turn) : std::next(turn);
    }
}

void TrafficModel::roll_hours(std::int64_t at) {
    const std::int64_t hour = local_.hour(at);
    if (!any_) {
        any_ = true;
        first_ = at;
        hour_ = hour;
        faded_at_ = at;
    }
    if (hour - hour_ > kMaxGapHours) { // an outage of weeks teaches nothing about usual traffic
        for (Camera& camera : cameras_)
            camera.this_hour = 0;
        faded_at_ += at - last_;
        hour_ = hour;
    }
    for (; hour_ < hour; ++hour_)
        end_hour(hour_);
    last_ = at;
}

void TrafficModel::on_pass(CameraIndex camera, std::int64_t at) {
    roll_hours(at);
    if (camera >= cameras_.size())
        cameras_.resize(camera + std::size_t{1});
    Camera& here = cameras_[camera];
    ++here.this_hour;
    here.passes += 1;
    here.reads[time_of_day(at)] += 1;
    passes_ += 1;
}

void TrafficModel::on_turn(CameraIndex from, CameraIndex to, std::int64_t left,
                           std::int64_t arrived) {
    const auto known = turns_.find(key(from, to));
    if (known == turns_.end() && turns_.size() >= kMaxTurns)
        return;
    Turn& turn = known == turns_.end() ? turns_[key(from, to)] : known->second;
    turn.count[time_of_day(left)] += 1;
    const auto travel = static_cast<float>(seconds(arrived - left));
    turn.travels = std::min(turn.travels + 1, kMostTravels);
    const float before = turn.travel_s;
    turn.travel_s += (travel - turn.travel_s) / turn.travels;
    if (turn.travels > 1)
        turn.spread_s += (std::abs(travel - before) - turn.spread_s) / (turn.travels - 1);
}

void TrafficModel::forget(CameraIndex camera) {
    if (camera < cameras_.size())
        cameras_[camera] = {};
}

double TrafficModel::total_hz() const {
    const double span = seconds_ + seconds(last_ - faded_at_);
    return (passes_ + 1) / std::max(kLeastSeconds, span);
}

double TrafficModel::mean_hz(CameraIndex camera) const {
    const double span = std::max(kLeastSeconds, seconds_ + seconds(last_ - faded_at_));
    const double passes = camera < cameras_.size() ? cameras_[camera].passes : 0;
    return (passes + 0.5) / span;
}

double TrafficModel::expected_hz(CameraIndex camera, std::int64_t at) const {
    const double mean = mean_hz(camera);
    if (camera >= cameras_.size())
        return mean;
    const Camera& here = cameras_[camera];
    const unsigned hour = local_.hour_of_week(at);
    double hours = 0;
    double passes = 0;
    for (unsigned day = 0; day < 7; ++day) {
        const Cell& cell = here.week[day * 24 + hour % 24];
        hours += cell.hours;
        passes += static_cast<double>(cell.hours) * cell.hz;
    }
    const double by_day = (passes + mean) / (hours + 1);
    const Cell& cell = here.week[hour];
    const double by_week = (static_cast<double>(cell.hours) * cell.hz + 2 * by_day) /
                           (static_cast<double>(cell.hours) + 2);
    return std::max(by_week, 0.02 * mean);
}

double TrafficModel::turn_chance(CameraIndex from, CameraIndex to, std::int64_t at) const {
    const double anywhere = 1.0 / static_cast<double>(cameras_.size() + 1);
    if (from >= cameras_.size())
        return anywhere;
    const std::size_t now = time_of_day(at);
    double reads = 0;
    for (const float count : cameras_[from].reads)
        reads += count;
    double taken = 0;
    double taken_now = 0;
    if (const auto turn = turns_.find(key(from, to)); turn != turns_.end()) {
        for (const float count : turn->second.count)
            taken += count;
        taken_now = turn->second.count[now];
    }
    const double at_any_time = (taken + kTurnsAnywhere * anywhere) / (reads + kTurnsAnywhere);
    const double chance = (taken_now + kTurnsAtAnyTime * at_any_time) /
                          (static_cast<double>(cameras_[from].reads[now]) + kTurnsAtAnyTime);
    return std::clamp(chance, 1e-6, 1.0);
}

double TrafficModel::spread_s(CameraIndex from, CameraIndex to) const {
    const auto turn = turns_.find(key(from, to));
    return turn == turns_.end() || turn->second.travels < 5
               ? 0
               : static_cast<double>(turn->second.spread_s);
}

void TrafficModel::save(StateWriter& out) const {
    out.put(static_cast<std::uint64_t>(cameras_.size()));
    for (const Camera& camera : cameras_) {
        for (const Cell& cell : camera.week) {
            out.put(cell.hz);
            out.put(cell.hours);
        }
        for (const float reads : camera.reads)
            out.put(reads);
        out.put(camera.passes);
        out.put(camera.this_hour);
    }
    std::vector<std::uint32_t> keys;
    for (const auto& [turn, value] : turns_)
        keys.push_back(turn);
    std::sort(keys.begin(), keys.end()); // the map's own order is not the same everywhere
    out.put(static_cast<std::uint64_t>(keys.size()));
    for (const std::uint32_t turn : keys) {
        const Turn& value = turns_.at(turn);
        out.put(turn);
        for (const float count : value.count)
            out.put(count);
        out.put(value.travel_s);
        out.put(value.spread_s);
        out.put(value.travels);
    }
    for (const std::int64_t number : {first_, hour_, last_, faded_at_})
        out.put(number);
    out.put(static_cast<std::uint8_t>(any_));
    out.put(passes_);
    out.put(seconds_);
}

void TrafficModel::load(StateReader& in) {
    cameras_.assign(in.count(168 * 8), Camera{});
    for (Camera& camera : cameras_) {
        for (Cell& cell : camera.week) {
            cell.hz = in.get<float>();
            cell.hours = in.get<float>();
        }
        for (float& reads : camera.reads)
            reads = in.get<float>();
        camera.passes = in.get<double>();
        camera.this_hour = in.get<std::uint32_t>();
    }
    turns_.clear();
    const std::size_t turns = in.count(32);
    for (std::size_t i = 0; i < turns; ++i) {
        Turn& turn = turns_[in.get<std::uint32_t>()];
        for (float& count : turn.count)
            count = in.get<float>();
        turn.travel_s = in.get<float>();
        turn.spread_s = in.get<float>();
        turn.travels = in.get<float>();
    }
    for (std::int64_t* number : {&first_, &hour_, &last_, &faded_at_})
        *number = in.get<std::int64_t>();
    any_ = in.get<std::uint8_t>() != 0;
    passes_ = in.get<double>();
    seconds_ = in.get<double>();
    if (!is_usable())
        in.fail();
}

bool TrafficModel::is_usable() const {
    const auto fine = [](double number) { return std::isfinite(number) && number >= 0; };
    for (const Camera& camera : cameras_) {
        for (const Cell& cell : camera.week)
            if (!fine(cell.hz) || !fine(cell.hours))
                return false;
        for (const float reads : camera.reads)
            if (!fine(reads))
                return false;
        if (!fine(camera.passes))
            return false;
    }
    for (const auto& [pair, turn] : turns_) {
        for (const float count : turn.count)
            if (!fine(count))
                return false;
        if (!std::isfinite(turn.travel_s) || !fine(turn.spread_s) || !fine(turn.travels))
            return false;
    }
    for (const std::int64_t time : {first_, last_, faded_at_})
        if (time < -kLatest || time > kLatest)
            return false;
    if (hour_ < -kLatest / kHour || hour_ > kLatest / kHour)
        return false;
    return fine(passes_) && std::isfinite(seconds_);
}

} // namespace vedette::analysis
