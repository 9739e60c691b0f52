#include "app/server/memory_watch.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "vedette/observability/prometheus_metrics.h"

namespace vedette::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMegabyte = 1'000'000;

class MemoryWatchTest : public ::testing::Test {
protected:
    /// A second passes with so much in use.
    void look(std::uint64_t in_use_mb) {
        in_use_ = in_use_mb * kMegabyte;
        clock_.advance(1s);
        watch_.look(clock_.steady_now());
    }
    void look_for(std::chrono::seconds time, std::uint64_t in_use_mb) {
        for (auto left = time; left > 0s; left -= 1s)
            look(in_use_mb);
    }
    [[nodiscard]] bool shows(const std::string& line) const {
        return metrics_.expose().find("\n" + line + "\n") != std::string::npos;
    }

    std::uint64_t in_use_ = 0;
    std::uint64_t releasable_ = 0;
    int releases_ = 0;
    int trims_ = 0;
    std::vector<bool> spared_;
    std::vector<MemoryWatch::News> told_;
    ManualClock clock_;
    NullLog log_;
    observability::PrometheusMetrics metrics_;
    MemoryWatch watch_{config::ByteSize{100 * kMegabyte},
                       {.in_use = [this] { return in_use_; },
                        .release =
                            [this] {
                                ++releases_;
                                in_use_ -= std::min(in_use_, releasable_);
                            },
                        .trim = [this] { ++trims_; },
                        .spare = [this](bool on) { spared_.push_back(on); },
                        .tell = [this](const MemoryWatch::News& news) { told_.push_back(news); }},
                       metrics_,
                       log_};
};

TEST_F(MemoryWatchTest, GivesBackOnceAMinuteWhatIsFree) {
    look_for(180s, 50);
    EXPECT_GE(trims_, 3);
    EXPECT_LE(trims_, 4);
    EXPECT_EQ(releases_, 0) << "what is used stays";
}

TEST_F(MemoryWatchTest, BelowTheLimitNothingHappens) {
    look_for(60s, 100);
    EXPECT_EQ(releases_, 0);
    EXPECT_TRUE(told_.empty());
    EXPECT_TRUE(shows("app_memory_short 0"));
    EXPECT_TRUE(shows("app_memory_limit_bytes 100000000"));
}

TEST_F(MemoryWatchTest, WhatGivingBackSolvesNobodyHearsOf) {
    releasable_ = 30 * kMegabyte;
    look(120);
    EXPECT_EQ(releases_, 1);
    EXPECT_FALSE(watch_.is_short());
    EXPECT_TRUE(told_.empty());
    EXPECT_TRUE(shows("app_memory_releases_total 1"));
}

TEST_F(MemoryWatchTest, TellsOnceAndDoesWithoutUntilThereIsEnough) {
    look_for(25s, 120);
    EXPECT_TRUE(watch_.is_short());
    EXPECT_TRUE(shows("app_memory_short 1"));
    EXPECT_EQ(releases_, 3) << "at once, and every ten seconds";
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_TRUE(told_[0].is_short);
    EXPECT_EQ(told_[0].in_use_bytes, 120 * kMegabyte);
    EXPECT_EQ(told_[0].limit_bytes, 100 * kMegabyte);
    look_for(25s, 95); // below the limit, and yet not enough to trust in it
    EXPECT_TRUE(watch_.is_short());
    EXPECT_EQ(releases_, 3);
    look(89);
    EXPECT_FALSE(watch_.is_short());
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_FALSE(told_[1].is_short);
    EXPECT_EQ(spared_, (std::vector<bool>{true, false}));
    EXPECT_TRUE(shows("app_memory_short 0"));
    look_for(10s, 99);
    EXPECT_EQ(told_.size(), 2U);
    look(101);
    EXPECT_EQ(told_.size(), 3U);
}

TEST_F(MemoryWatchTest, WhereTheSystemDoesNotTellNothingIsShort) {
    look_for(60s, 0);
    EXPECT_FALSE(watch_.is_short());
    EXPECT_EQ(releases_, 0);
}

} // namespace
} // namespace vedette::app
