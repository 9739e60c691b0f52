#include "live/frame_scheduler.h"

#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <thread>
#include <vector>

#include "vedette/base/metrics.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;

/// Counts, by the labels of the counter.
class CountingMetrics final : public Metrics {
public:
    std::shared_ptr<Counter> counter(const std::string& name, const std::string&,
                                     const MetricLabels& labels) override {
        std::string key = name;
        for (const auto& [label, value] : labels)
            key += " " + value;
        auto& counter = counters_[key];
        if (!counter)
            counter = std::make_shared<Sum>();
        return counter;
    }
    std::shared_ptr<Gauge> gauge(const std::string& name, const std::string& help,
                                 const MetricLabels& labels) override {
        return null_.gauge(name, help, labels);
    }
    std::shared_ptr<Histogram> histogram(const std::string& name, const std::string& help,
                                         const std::vector<double>& buckets,
                                         const MetricLabels& labels) override {
        return null_.histogram(name, help, buckets, labels);
    }
    double of(const std::string& key) { return counters_.at(key)->value; }

private:
    struct Sum final : Counter {
        void add(double by) override { value += by; }
        double value = 0;
    };
    std::map<std::string, std::shared_ptr<Sum>> counters_;
    NullMetrics null_;
};

class FrameSchedulerTest : public ::testing::Test {
protected:
    FrameScheduler::Slot add(double weight = 1) {
        probes_.push_back(
            std::make_unique<PipelineProbe>(metrics_, log_, "c" + std::to_string(probes_.size())));
        return scheduler_.add({.weight = weight, .max_age = 2s, .probe = probes_.back().get()});
    }
    /// A picture known by its sequence number.
    LiveFrame picture(std::uint64_t sequence) {
        auto frame = std::make_shared<imaging::Frame>();
        frame->sequence = sequence;
        return {{std::move(frame), true, {}, clock_.steady_now(), {}}, nullptr};
    }
    std::optional<FrameScheduler::Turn> take_now() {
        std::stop_source stop;
        stop.request_stop();
        return scheduler_.take(stop.get_token());
    }
    double dropped(int camera, const std::string& reason) {
        return metrics_.of("pipeline_frames_dropped_total c" + std::to_string(camera) + " " +
                           reason);
    }

    CountingMetrics metrics_;
    NullLog log_;
    ManualClock clock_;
    std::vector<std::unique_ptr<PipelineProbe>> probes_;
    FrameScheduler scheduler_{clock_};
};

/// Jain's index of fairness: 1 if all shares are alike, 1/n if one has everything.
double jain(const std::vector<double>& shares) {
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    double squares = 0;
    for (const double share : shares)
        squares += share * share;
    return sum * sum / (static_cast<double>(shares.size()) * squares);
}

TEST_F(FrameSchedulerTest, TheNewestPictureWins) {
    const auto camera = add();
    EXPECT_TRUE(scheduler_.put(camera, picture(1)));
    EXPECT_TRUE(scheduler_.put(camera, picture(2)));
    const auto turn = take_now();
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->frame.frame->sequence, 2U);
    EXPECT_EQ(dropped(0, "too_slow"), 1);
    EXPECT_FALSE(take_now());
}

TEST_F(FrameSchedulerTest, OnePictureOfACameraIsInWorkAtATime) {
    const auto camera = add();
    EXPECT_TRUE(scheduler_.is_idle(camera));
    scheduler_.put(camera, picture(1));
    EXPECT_FALSE(scheduler_.is_idle(camera)) << "it waits";
    ASSERT_TRUE(take_now());
    EXPECT_FALSE(scheduler_.is_idle(camera)) << "it is in work";
    scheduler_.put(camera, picture(2));
    EXPECT_FALSE(take_now());
    scheduler_.done(camera);
    EXPECT_FALSE(scheduler_.is_idle(camera)) << "the next one waits";
    ASSERT_TRUE(take_now());
    scheduler_.done(camera);
    EXPECT_TRUE(scheduler_.is_idle(camera));
}

TEST_F(FrameSchedulerTest, APictureThatWaitedTooLongIsDropped) {
    const auto camera = add();
    scheduler_.put(camera, picture(1));
    clock_.advance(2001ms);
    EXPECT_FALSE(take_now());
    EXPECT_EQ(dropped(0, "too_old"), 1);
    scheduler_.put(camera, picture(2));
    EXPECT_TRUE(take_now());
}

TEST_F(FrameSchedulerTest, CountsLooksWhosePictureNeverCame) {
    const auto slot = add();
    scheduler_.missed(slot);
    scheduler_.missed(slot + 1); // nobody's
    EXPECT_EQ(scheduler_.dropped(slot), 1U);
    EXPECT_EQ(scheduler_.totals().dropped, 1U);
    EXPECT_EQ(scheduler_.totals().taken, 0U);
}

TEST_F(FrameSchedulerTest, UnderOverloadLooksAreSharedByWeight) {
    const std::vector<double> weights{1, 1, 2, 4, 1, 3};
    std::vector<FrameScheduler::Slot> cameras;
    for (const double weight : weights)
        cameras.push_back(add(weight));
    std::map<FrameScheduler::Slot, double> looks;
    for (int round = 0; round < 1200; ++round) {
        for (const auto camera : cameras)
            scheduler_.put(camera, picture(0)); // every camera always has a newer one
        const auto turn = take_now();
        ASSERT_TRUE(turn);
        ++looks[turn->slot];
        scheduler_.done(turn->slot);
    }
    std::vector<double> shares;
    for (std::size_t i = 0; i < cameras.size(); ++i)
        shares.push_back(looks[cameras[i]] / weights[i]);
    EXPECT_GE(jain(shares), 0.98);
}

TEST_F(FrameSchedulerTest, AnIdleCameraSavesNothingUp) {
    const auto busy = add();
    const auto idle = add();
    for (int i = 0; i < 100; ++i) {
        scheduler_.put(busy, picture(0));
        ASSERT_TRUE(take_now());
        scheduler_.done(busy);
    }
    std::map<FrameScheduler::Slot, int> looks;
    for (int i = 0; i < 20; ++i) {
        scheduler_.put(busy, picture(0));
        scheduler_.put(idle, picture(0));
        const auto turn = take_now();
        ASSERT_TRUE(turn);
        ++looks[turn->slot];
        scheduler_.done(turn->slot);
    }
    EXPECT_EQ(looks[busy], 10);
    EXPECT_EQ(looks[idle], 10);
}

TEST_F(FrameSchedulerTest, ARemovedCameraIsNeverTaken) {
    const auto gone = add();
    const auto here = add();
    scheduler_.put(gone, picture(1));
    scheduler_.put(here, picture(2));
    scheduler_.remove(gone);
    EXPECT_FALSE(scheduler_.put(gone, picture(3)));
    const auto turn = take_now();
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->slot, here);
    scheduler_.done(gone); // of what was in work when it went: nothing happens
    EXPECT_FALSE(take_now());
}

TEST_F(FrameSchedulerTest, ClosingEndsTheWait) {
    const auto camera = add();
    std::jthread waiting{[&] { EXPECT_FALSE(scheduler_.take({})); }};
    scheduler_.close();
    waiting.join();
    EXPECT_FALSE(scheduler_.put(camera, picture(1)));
}

} // namespace
} // namespace vedette::pipeline
