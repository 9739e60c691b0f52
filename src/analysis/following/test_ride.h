#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "following/test_town.h"

namespace vedette::analysis::testing {

/// What the cameras of one car see on its rides, over a country without end: a row of others before
/// and behind it, who are gone after a kilometre or two, and whoever was planted.
class Ride {
public:
    explicit Ride(std::uint64_t seed = 3) : dice_{seed} {}

    int strangers = 3; ///< that are seen in each minute
    double speed_mps = 14;

    /// Drives on for so many minutes, seeing `with` in every other one.
    void drive(int minutes, const std::vector<std::string>& with = {}) {
        for (int i = 0; i < minutes; ++i) {
            for (int k = 0; k < strangers; ++k)
                see("N" + std::to_string(100'000 + dice_.below(900'000)), 5 + k * 9);
            if (i % 2 == 0)
                for (const std::string& plate : with)
                    see(plate, 40);
            move(60);
        }
    }
    void turn_right() { std::swap(north_, east_); }
    /// In the row at the lights, in a jam: it does not move.
    void stand(int minutes, const std::vector<std::string>& with = {}) {
        for (int i = 0; i < minutes; ++i, second_ += 60)
            for (const std::string& plate : with)
                see(plate, 30);
    }
    void rest(int hours) { second_ += std::int64_t{hours} * 3'600; }
    void see(const std::string& plate, int in) {
        Pass pass;
        pass.id = domain::EventId{"e" + std::to_string(passes_.size())};
        pass.camera = domain::CameraId{dice_.below(2) == 0 ? "front" : "rear"};
        pass.at = at_second(second_ + in);
        pass.plate = plate;
        pass.position = here(in);
        passes_.push_back(std::move(pass));
    }
    /// Where it is so many seconds from now, if it drives.
    [[nodiscard]] GeoPoint here(int in = 0) const {
        const double metres = speed_mps * in;
        return {at_.latitude_deg + (north_ ? metres / 111'195 : 0),
                at_.longitude_deg + (east_ ? metres / 68'000 : 0)};
    }
    [[nodiscard]] std::int64_t second() const { return second_; }
    /// Takes it elsewhere without seeing anybody.
    void begin_at(const GeoPoint& at) { at_ = at; }
    [[nodiscard]] std::vector<Pass> passes() const {
        auto sorted = passes_;
        std::sort(sorted.begin(), sorted.end(), comes_before);
        return sorted;
    }

private:
    void move(int seconds) {
        at_ = here(seconds);
        second_ += seconds;
    }

    Dice dice_;
    GeoPoint at_{52, 13};
    bool north_ = true;
    bool east_ = false;
    std::int64_t second_ = 8 * 3'600;
    std::vector<Pass> passes_;
};

inline std::vector<domain::CameraId> ride_cameras() {
    return {domain::CameraId{"front"}, domain::CameraId{"rear"}};
}

inline FollowingAnalysis fold(const Ride& ride, const FollowingOptions& options = {}) {
    auto following = FollowingAnalysis::make(options, {});
    (void)following->add_mobile_subject("van", ride_cameras());
    const auto passes = ride.passes();
    for (const Pass& pass : passes)
        following->on_pass(pass);
    following->on_watermark(passes.back().at + std::chrono::seconds{1});
    return *std::move(following);
}

} // namespace vedette::analysis::testing
