#include "live/decoding_share.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "catch_up.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using Duration = CatchUp::Duration;

constexpr Duration kSpacing = 40ms;

/// Cameras of 25 pictures a second on a machine whose processors they share evenly, in steps of a
/// millisecond.
class Machine {
public:
    struct Camera {
        Duration decoding = 5ms; ///< of one picture, on a processor of its own
        int group = 50;          ///< pictures from key frame to key frame
        int odd_group = 0;       ///< and after every third such group one of so many
        double weight = 1;
    };

    Machine(double processors, const std::vector<Camera>& cameras) : processors_{processors} {
        for (const Camera& camera : cameras)
            lives_.push_back(std::make_unique<Life>(camera, share_, lives_.size()));
    }

    void run(Duration time) {
        for (const auto end = now_ + time; now_ < end; now_ += 1ms) {
            const auto busy = static_cast<double>(std::count_if(
                lives_.begin(), lives_.end(), [](const auto& life) { return life->left_ms > 0; }));
            const double speed = std::min(1.0, processors_ / std::max(1.0, busy));
            used_ += std::min(busy, processors_);
            for (const auto& life : lives_)
                life->step(now_, speed);
        }
    }

    void forget() {
        used_ = 0;
        for (const auto& life : lives_)
            life->forget();
        began_ = now_;
    }

    /// Pictures a second that a camera got.
    [[nodiscard]] std::vector<double> rates() const {
        std::vector<double> out;
        for (const auto& life : lives_)
            out.push_back(life->decoded / std::chrono::duration<double>(now_ - began_).count());
        return out;
    }

    /// Of the lags of what was decoded.
    [[nodiscard]] Duration lag_quantile(double share) const {
        std::vector<Duration> all;
        for (const auto& life : lives_)
            all.insert(all.end(), life->lags.begin(), life->lags.end());
        const auto at =
            all.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(all.size()));
        std::nth_element(all.begin(), at, all.end());
        return *at;
    }

    [[nodiscard]] double used() const {
        return used_ * 1e-3 / std::chrono::duration<double>(now_ - began_).count() / processors_;
    }

    [[nodiscard]] double smallest_share() const { return share_.smallest(); }

private:
    struct Life {
        Life(const Camera& camera_in, DecodingShare& share, std::size_t number)
            : camera{camera_in}, seat{share, camera_in.weight}, catch_up{100ms, number},
              next{static_cast<int>(number * 13 % static_cast<std::size_t>(camera_in.group))},
              came{kSpacing * static_cast<int>(number % 40) / 40} {}

        [[nodiscard]] bool is_key_frame(int picture) const {
            return picture % (3 * camera.group + camera.odd_group) % camera.group == 0;
        }

        void forget() {
            decoded = 0;
            lags.clear();
        }

        void step(Duration now, double speed) {
            if (left_ms > 0) {
                left_ms -= speed;
                work.time += 1ms;
                work.processor += std::chrono::duration_cast<Duration>(speed * 1ms);
            }
            while (left_ms <= 0 && came <= now)
                take(now);
        }

        void take(Duration now) {
            const DecodingShare::Work before = std::exchange(work, {});
            const bool leave_out = catch_up.leaves_out(
                before.time, StreamTime{std::chrono::duration_cast<StreamClock::duration>(came)},
                is_key_frame(next++), seat.share());
            const Duration lag = now - std::exchange(came, came + kSpacing);
            left_ms = 0;
            if (leave_out)
                return;
            seat.decodes(SteadyTime{now}, catch_up.late(), before);
            left_ms = std::chrono::duration<double, std::milli>(camera.decoding).count();
            ++decoded;
            lags.push_back(lag);
        }

        const Camera camera;
        DecodingShare::Seat seat;
        CatchUp catch_up;
        int next;
        Duration came;            ///< the packet that is read next
        double left_ms = 0;       ///< of the picture at hand
        DecodingShare::Work work; ///< for the picture before
        double decoded = 0;
        std::vector<Duration> lags;
    };

    const double processors_;
    DecodingShare share_;
    std::vector<std::unique_ptr<Life>> lives_;
    Duration now_{};
    Duration began_{};
    double used_ = 0;
};

double jain(const std::vector<double>& rates) {
    const double sum = std::accumulate(rates.begin(), rates.end(), 0.0);
    const double squares = std::inner_product(rates.begin(), rates.end(), rates.begin(), 0.0);
    return sum * sum / (static_cast<double>(rates.size()) * squares);
}

double least(const std::vector<double>& rates) {
    return *std::min_element(rates.begin(), rates.end());
}

TEST(DecodingShare, LeavesNothingOutWhileTheMachineKeepsUp) {
    Machine machine{2, std::vector<Machine::Camera>(14)};
    machine.run(60s);
    EXPECT_GT(least(machine.rates()), 24.9);
    EXPECT_EQ(machine.smallest_share(), 1);
}

TEST(DecodingShare, SharesTwiceTheLoadEvenlyAndInThePresent) {
    for (const int group : {1, 25, 50}) {
        Machine machine{2, std::vector<Machine::Camera>(32, {.group = group})};
        machine.run(30s);
        for (int span = 0; span < 3; ++span) {
            machine.forget();
            machine.run(20s);
            EXPECT_GT(jain(machine.rates()), 0.995) << group;
            EXPECT_LT(machine.lag_quantile(0.99), 120ms) << group;
            EXPECT_GT(machine.used(), 0.95) << "it leaves out no more than it must; " << group;
        }
    }
}

TEST(DecodingShare, SharesEvenlyWhereGroupsAreNotAlike) {
    std::vector<Machine::Camera> cameras(32);
    for (std::size_t i = 0; i < cameras.size(); ++i)
        cameras[i].odd_group = 7 * static_cast<int>(i % 8);
    Machine machine{2, cameras};
    machine.run(30s);
    for (int span = 0; span < 3; ++span) {
        machine.forget();
        machine.run(20s);
        EXPECT_GT(jain(machine.rates()), 0.99);
        EXPECT_LT(machine.lag_quantile(0.99), 220ms);
    }
}

TEST(DecodingShare, GroupsOfTenSecondsAreSharedOverMinutes) {
    Machine machine{2, std::vector<Machine::Camera>(32, {.group = 250})};
    machine.run(60s);
    machine.forget();
    machine.run(120s);
    EXPECT_GT(jain(machine.rates()), 0.9);
    EXPECT_LT(machine.lag_quantile(0.99), 200ms);
}

TEST(DecodingShare, FourTimesTheLoadStarvesNobody) {
    Machine machine{2, std::vector<Machine::Camera>(64)};
    machine.run(60s);
    machine.forget();
    machine.run(20s);
    EXPECT_GT(least(machine.rates()), 5);
    EXPECT_LT(machine.lag_quantile(0.99), 200ms);
}

TEST(DecodingShare, CamerasThatCostMuchGetAsManyPicturesAsThoseThatCostLittle) {
    std::vector<Machine::Camera> cameras(16, {.decoding = 2ms});
    cameras.resize(32, {.decoding = 20ms});
    Machine machine{4, cameras};
    machine.run(30s);
    machine.forget();
    machine.run(20s);
    EXPECT_GT(jain(machine.rates()), 0.98);
}

TEST(DecodingShare, GivesByWeight) {
    std::vector<Machine::Camera> cameras(16, {.weight = 3});
    cameras.resize(32);
    Machine machine{2, cameras};
    machine.run(60s);
    machine.forget();
    machine.run(60s);
    const auto rates = machine.rates();
    const double heavy = std::accumulate(rates.begin(), rates.begin() + 16, 0.0);
    const double light = std::accumulate(rates.begin() + 16, rates.end(), 0.0);
    EXPECT_NEAR(heavy / light, 3, 0.5);
}

TEST(DecodingShare, ACameraThatIsTooSlowByItselfCostsTheOthersNothing) {
    std::vector<Machine::Camera> cameras(9);
    cameras[0].decoding = 60ms;
    for (const std::size_t count : {1U, 2U, 9U}) {
        Machine machine{4, {cameras.begin(), cameras.begin() + count}};
        machine.run(60s);
        EXPECT_EQ(machine.smallest_share(), 1) << count;
        EXPECT_GT(machine.rates().back(), count == 1 ? 2 : 24.9) << count;
    }
}

TEST(DecodingShare, IsWholeAgainSoonAfterTheLoadHasGone) {
    DecodingShare all;
    DecodingShare::Seat stays{all, 1};
    const auto crowd = [&] {
        for (auto now = 0ms; now < 10s; now += 40ms)
            stays.decodes(SteadyTime{now}, true, {40ms, 10ms});
    };
    crowd();
    EXPECT_LT(stays.share(), 0.3);
    EXPECT_EQ(stays.share(), all.smallest());
    for (auto now = 10'000ms; now < 60s; now += 40ms)
        stays.decodes(SteadyTime{now}, false, {10ms, 10ms});
    EXPECT_EQ(stays.share(), 1);
}

TEST(DecodingShare, NewCamerasAndThoseThatLeaveChangeNoOthersShareWhileAllHaveAll) {
    DecodingShare all;
    DecodingShare::Seat stays{all, 1};
    {
        const DecodingShare::Seat comes{all, 5};
        EXPECT_EQ(stays.share(), 1);
        EXPECT_EQ(comes.share(), 1);
    }
    EXPECT_EQ(stays.share(), 1);
    EXPECT_EQ(all.smallest(), 1);
}

} // namespace
} // namespace vedette::pipeline
