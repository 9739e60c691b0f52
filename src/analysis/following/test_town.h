#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "vedette/analysis/following.h"

namespace vedette::analysis::testing {

/// Numbers that are the same on every machine (a 64-bit linear congruential generator).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_{seed * 2 + 1} {}
    [[nodiscard]] int below(int limit) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<int>((state_ >> 33U) % static_cast<unsigned>(limit));
    }

private:
    std::uint64_t state_;
};

inline WallTime at_second(std::int64_t second) {
    return WallTime{std::chrono::seconds{1'772'409'600 + second}}; // Monday 2 March 2026
}

/// A ring of cameras on which vehicles drive for some stretch at random times; some twice a day at
/// their hour.
class Town {
public:
    int cameras = 12;
    int vehicles = 300;
    int days = 8;

    [[nodiscard]] std::vector<Pass> passes(std::uint64_t seed) {
        dice_ = Dice{seed};
        for (int v = 0; v < vehicles; ++v) {
            const std::string plate = "V" + std::to_string(1000 + v);
            const int usual_from = dice_.below(cameras);
            const int usual_at = 6 * 3600 + dice_.below(4 * 3600);
            for (int day = 0; day < days; ++day) {
                if (v % 2 == 0 && day % 7 < 5)
                    drive(plate, usual_from, 5, day * 86'400 + usual_at + dice_.below(600));
                if (dice_.below(3) == 0)
                    drive(plate, dice_.below(cameras), 2 + dice_.below(5),
                          day * 86'400 + 6 * 3600 + dice_.below(14 * 3600));
            }
        }
        return sorted();
    }
    /// Drives from one camera to the next, a minute each, and is read by nine of ten.
    void drive(const std::string& plate, int from, int length, std::int64_t second) {
        for (int i = 0; i < length; ++i) {
            if (dice_.below(10) > 0)
                add(plate, (from + i) % cameras, second);
            second += 50 + dice_.below(20);
        }
    }
    void add(const std::string& plate, int camera, std::int64_t second) {
        Pass pass;
        pass.id = domain::EventId{"e" + std::to_string(passes_.size())};
        pass.camera = domain::CameraId{"cam-" + std::to_string(camera)};
        pass.at = at_second(second);
        pass.plate = plate;
        passes_.push_back(std::move(pass));
    }
    /// The subject's trips at odd hours, each followed by `shadow` on the first `joined`.
    void plant(const std::string& subject, const std::string& shadow, int trips, int joined,
               int lag_s) {
        for (int trip = 0; trip < trips; ++trip) {
            const int from = (trip * 5) % cameras;
            const std::int64_t second =
                (trip % days) * 86'400 + (7 + (trip * 3) % 12) * 3600 + trip * 137 % 3000;
            for (int i = 0; i < 6; ++i) {
                add(subject, (from + i) % cameras, second + i * 60);
                if (trip < joined && i != 2) // one camera missed it
                    add(shadow, (from + i) % cameras, second + i * 60 + lag_s + i % 3);
            }
        }
    }
    [[nodiscard]] std::vector<Pass> sorted() {
        std::sort(passes_.begin(), passes_.end(), comes_before);
        return passes_;
    }

private:
    Dice dice_{1};
    std::vector<Pass> passes_;
};

inline FollowingAnalysis fold(const std::vector<Pass>& passes, const std::string& subject,
                              const FollowingOptions& options = {}) {
    auto following = FollowingAnalysis::make(options, {});
    (void)following->add_subject(subject);
    for (const Pass& pass : passes)
        following->on_pass(pass);
    if (!passes.empty())
        following->on_watermark(passes.back().at + std::chrono::seconds{1});
    return *std::move(following);
}

} // namespace vedette::analysis::testing
