#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "following/local_time.h"
#include "following/vehicles.h"

namespace vedette::analysis {

/// What is usual here: how busy each camera is by hour of the week, where traffic goes from it and
/// how evenly. Learned from all passes, no plate in it; the past fades with a half-life of a month.
///
/// Estimates are shrunk towards coarser ones as long as little is known: hour of the week to hour
/// of the day to the camera's mean; turns at this time of day to turns at any.
class TrafficModel {
public:
    explicit TrafficModel(LocalTime local) : local_{local} {}

    /// \pre times do not go back
    void on_pass(CameraIndex camera, std::int64_t at);
    /// The same vehicle went from one camera to the next.
    void on_turn(CameraIndex from, CameraIndex to, std::int64_t left, std::int64_t arrived);

    /// What was learned at this camera goes, as if it had never been there.
    void forget(CameraIndex camera);

    /// Passes per second that are usual at this camera at this hour; above 0.
    [[nodiscard]] double expected_hz(CameraIndex camera, std::int64_t at) const;
    /// Mean of this camera over all hours.
    [[nodiscard]] double mean_hz(CameraIndex camera) const;
    /// Of all cameras together.
    [[nodiscard]] double total_hz() const;
    /// 0..1: that a vehicle at `from` is read next at `to`, and soon.
    [[nodiscard]] double turn_chance(CameraIndex from, CameraIndex to, std::int64_t at) const;
    /// Mean deviation of travel times, seconds; 0 if not known.
    [[nodiscard]] double spread_s(CameraIndex from, CameraIndex to) const;
    [[nodiscard]] std::size_t turns() const { return turns_.size(); }
    [[nodiscard]] std::size_t cameras() const { return cameras_.size(); }
    [[nodiscard]] std::int64_t first_pass() const { return first_; }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    [[nodiscard]] bool is_usable() const;
    static constexpr std::size_t kTimesOfDay = 4; ///< quarters of a day

    struct Cell {
        float hz = 0;
        float hours = 0; ///< that it was learned from
    };
    struct Camera {
        std::array<Cell, 168> week{};
        std::array<float, kTimesOfDay> reads{}; ///< from which a turn could have been taken
        double passes = 0;                      ///< faded
        std::uint32_t this_hour = 0;
    };
    struct Turn {
        std::array<float, kTimesOfDay> count{};
        float travel_s = 0;
        float spread_s = 0;
        float travels = 0;
    };
    [[nodiscard]] std::size_t time_of_day(std::int64_t at) const {
        return local_.hour_of_week(at) % 24 / 6;
    }
    void roll_hours(std::int64_t at);
    void end_hour(std::int64_t hour);
    void fade(std::int64_t midnight);
    [[nodiscard]] static std::uint32_t key(CameraIndex from, CameraIndex to) {
        return static_cast<std::uint32_t>(from) << 16U | to;
    }

    LocalTime local_;
    std::vector<Camera> cameras_;
    std::unordered_map<std::uint32_t, Turn> turns_;
    std::int64_t first_ = 0;
    std::int64_t hour_ = 0;
    std::int64_t last_ = 0;
    bool any_ = false;
    double passes_ = 0;  ///< faded, all cameras
    double seconds_ = 0; ///< faded, up to the last fading
    std::int64_t faded_at_ = 0;
};

} // namespace vedette::analysis
