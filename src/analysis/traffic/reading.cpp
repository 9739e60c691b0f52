#include "traffic/reading.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "files/csv.h"
#include "ranges.h"

namespace vedette::analysis {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;
/// Clocks beyond this are set right by whoever looks after the cameras.
constexpr double kMaxDeviations = 4;
constexpr double kMaxDriftPpm = 20;

double clamp01(double value) { return std::clamp(value, 0.0, 1.0); }

/// Rain comes and goes by the hour: it begins in one hour of thirty and ends in one of four.
std::vector<bool> draw_weather(std::uint64_t seed, int days) {
    Random random{mix(seed, 0x7261696E)};
    std::vector<bool> wet;
    bool raining = false;
    for (int hour = 0; hour < (days + 2) * 24; ++hour) {
        raining = raining ? !random.chance(0.25) : random.chance(1.0 / 30);
        wet.push_back(raining);
    }
    return wet;
}

/// Readers are surer of what is right, but not always: the two overlap.
double draw_confidence(bool right, Random& random) {
    const double u = random.unit();
    const double v = random.unit();
    const double value = right ? 1 - 0.45 * u * u * v : 0.97 - 0.6 * (0.5 * u + 0.5 * v);
    return static_cast<double>(std::llround(value * 1000)) / 1000;
}

} // namespace

Status check_reading(const ReadingOptions& options) {
    VEDETTE_CHECK_OK(in_range("read rate", options.read_rate, 0, 1));
    VEDETTE_CHECK_OK(in_range("misread rate", options.misread_rate, 0, 1));
    VEDETTE_CHECK_OK(in_range("night factor", options.night_factor, 0, 1));
    VEDETTE_CHECK_OK(in_range("rain factor", options.rain_factor, 0, 1));
    VEDETTE_CHECK_OK(in_range("duplicate rate", options.duplicate_rate, 0, 1));
    VEDETTE_CHECK_OK(in_range("outage share", options.outage_share, 0, 0.5));
    return in_range("clock error (ms)", static_cast<double>(options.clock_error.count()), 0,
                    60'000);
}

Result<Confusion> confusion_for(const ReadingOptions& options) {
    if (options.confusion_csv.empty())
        return Confusion::builtin();
    return Confusion::parse(options.confusion_csv, "table of confusions");
}

Reading::Reading(const ReadingOptions& options, Confusion confusion, WallTime start, int days,
                 std::uint64_t seed)
    : options_{options}, confusion_{std::move(confusion)}, start_{start}, end_us_{days * kDay},
      random_{mix(seed, 0x72656164)}, wet_hours_{draw_weather(seed, days)} {}

std::int64_t Reading::largest_clock_error_us() const {
    const double offset = static_cast<double>(options_.clock_error.count()) * 1000 * kMaxDeviations;
    return static_cast<std::int64_t>(offset) +
           static_cast<std::int64_t>(kMaxDriftPpm) * kDay / 1'000'000 + kSecond;
}

std::size_t Reading::add_camera(std::string name) {
    CameraNature camera;
    camera.name = std::move(name);
    // The worst camera misses three times as much as the middle one, the best a third.
    const double missed = (1 - options_.read_rate) * random_.between(0.4, 1.6);
    camera.read_rate = clamp01(1 - missed);
    camera.misread_rate = clamp01(options_.misread_rate * random_.between(0.4, 1.6));
    const double deviations = std::clamp(random_.around(0, 1), -kMaxDeviations, kMaxDeviations);
    camera.offset_us = static_cast<std::int64_t>(
        deviations * static_cast<double>(options_.clock_error.count()) * 1000);
    if (options_.clock_error.count() > 0)
        camera.drift_ppm = random_.between(-kMaxDriftPpm, kMaxDriftPpm);
    // Outages of 10 minutes to 10 hours until the share is reached.
    std::int64_t away = 0;
    const auto wanted = static_cast<std::int64_t>(
        options_.outage_share * random_.between(0.0, 2.0) * static_cast<double>(end_us_));
    while (away < wanted) {
        const double u = random_.unit();
        const auto length = std::min(
            static_cast<std::int64_t>((600 + 35'400 * u * u * u) * kSecond), wanted - away);
        const auto from = static_cast<std::int64_t>(random_.unit() * static_cast<double>(end_us_));
        camera.outages.emplace_back(from, from + length);
        away += length;
    }
    cameras_.push_back(std::move(camera));
    return cameras_.size() - 1;
}

bool Reading::is_away(const CameraNature& camera, std::int64_t at_us) const {
    return std::any_of(camera.outages.begin(), camera.outages.end(), [at_us](const auto& outage) {
        return outage.first <= at_us && at_us < outage.second;
    });
}

bool Reading::is_night(std::int64_t at_us) const {
    const std::int64_t hour = at_us % kDay / kHour;
    return hour >= 22 || hour < 6;
}

bool Reading::rains(std::int64_t at_us) const {
    const auto hour = static_cast<std::size_t>(at_us / kHour);
    return hour < wet_hours_.size() && wet_hours_[hour];
}

bool Reading::pass(const TruePass& pass, const std::string& plate) {
    ++counts_.passes;
    const CameraNature& camera = cameras_[pass.camera];
    if (is_away(camera, pass.at_us)) {
        ++counts_.outage_passes;
        return false;
    }
    double rate = camera.read_rate * pass.read_factor;
    double misread_rate = camera.misread_rate;
    if (is_night(pass.at_us)) {
        rate *= options_.night_factor;
        misread_rate *= 2;
    }
    if (rains(pass.at_us)) {
        rate *= options_.rain_factor;
        misread_rate *= 2;
    }
    if (!random_.chance(rate))
        return false;
    read(pass, camera, plate, misread_rate);
    if (random_.chance(options_.duplicate_rate)) {
        TruePass again = pass;
        again.at_us += static_cast<std::int64_t>(random_.between(0.2, 3.0) * kSecond);
        ++counts_.duplicates;
        read(again, camera, plate, misread_rate);
    }
    return true;
}

void Reading::read(const TruePass& pass, const CameraNature& camera, const std::string& plate,
                   double misread_rate) {
    const bool right = !random_.chance(clamp01(misread_rate));
    // Set right at three in the morning, then away from it until the next night.
    const std::int64_t since_set_us = (pass.at_us + 21 * kHour) % kDay;
    const auto drift_us =
        static_cast<std::int64_t>(camera.drift_ppm * static_cast<double>(since_set_us) / 1e6);
    const auto jitter_us = static_cast<std::int64_t>(random_.between(-0.05, 0.05) * kSecond);
    Held held{.told_us = pass.at_us + camera.offset_us + drift_us + jitter_us,
              .order = order_++,
              .camera = pass.camera,
              .plate = right ? plate : confusion_.misread(plate, random_),
              .true_plate = plate,
              .confidence = static_cast<float>(draw_confidence(right, random_)),
              .position = pass.position};
    held.told_us -= held.told_us % 1000; // milliseconds, as files have them
    ++counts_.reads;
    if (!right)
        ++counts_.misreads;
    if (seen_.size() <= pass.vehicle)
        seen_.resize(pass.vehicle + 1, false);
    if (!seen_[pass.vehicle]) {
        seen_[pass.vehicle] = true;
        ++counts_.vehicles_read;
    }
    held_.push(std::move(held));
}

Status Reading::give(ReadSink& sink) {
    const Held& held = held_.top();
    std::array<char, 24> id{};
    std::snprintf(id.data(), id.size(), "s%08llu", static_cast<unsigned long long>(given_++));
    SimulatedRead read;
    read.pass.id = domain::EventId{id.data()};
    read.pass.camera = domain::CameraId{cameras_[held.camera].name};
    read.pass.at = start_ + std::chrono::microseconds{held.told_us};
    read.pass.plate = held.plate;
    read.pass.confidence = held.confidence;
    read.pass.position = held.position;
    read.true_plate = held.true_plate;
    held_.pop();
    return sink.take(read);
}

Status Reading::advance(std::int64_t now_us, ReadSink& sink) {
    const std::int64_t settled = now_us - largest_clock_error_us();
    while (!held_.empty() && held_.top().told_us < settled)
        VEDETTE_CHECK_OK(give(sink));
    return {};
}

Status Reading::finish(ReadSink& sink) {
    while (!held_.empty())
        VEDETTE_CHECK_OK(give(sink));
    return {};
}

void Reading::count_into(TrafficTruth& truth) const {
    truth.passes = counts_.passes;
    truth.reads = counts_.reads;
    truth.misreads = counts_.misreads;
    truth.duplicates = counts_.duplicates;
    truth.outage_passes = counts_.outage_passes;
    truth.vehicles_read = counts_.vehicles_read;
}

} // namespace vedette::analysis
