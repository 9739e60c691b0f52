#include "encode_load.h"

#include <gtest/gtest.h>

namespace vedette::recording {
namespace {

using namespace std::chrono_literals;

/// One second after the other.
class LoadTest : public ::testing::Test {
protected:
    /// \return how many seconds until the level changes; as many as given if it does not
    int observe(int seconds, std::chrono::milliseconds lag, double busy, bool lost = false) {
        for (int i = 0; i < seconds; ++i) {
            now += 1s;
            if (load.observe(now, lag, busy, lost))
                return i + 1;
        }
        return seconds;
    }
    SteadyTime now{};
    EncodeLoad load;
};

TEST_F(LoadTest, AskedForIsDoneWhileThereIsTime) {
    observe(1'000, 100ms, 0.95);
    EXPECT_EQ(load.level(), 0);
    EXPECT_EQ(EncodeLoad::step(0).share, 1);
    EXPECT_FALSE(EncodeLoad::step(0).worse);
}

TEST_F(LoadTest, WhoIsLateGoesDownStepByStepAndNoFurtherThanTheLast) {
    EXPECT_EQ(observe(10, 1'500ms, 1), 1);
    EXPECT_EQ(load.level(), 1);
    EXPECT_GE(observe(10, 1'500ms, 1), 3) << "a step is given time to show";
    EXPECT_EQ(load.level(), 2);
    observe(100, 2'000ms, 1);
    for (int i = 0; i < 10; ++i)
        observe(10, 2'000ms, 1);
    EXPECT_EQ(load.level(), EncodeLoad::kSteps - 1);
    EXPECT_TRUE(EncodeLoad::step(load.level()).key_frames_only);
}

TEST_F(LoadTest, WhatIsLostIsAsBadAsBeingLate) {
    observe(1, 0ms, 0.5, true);
    EXPECT_EQ(load.level(), 1);
}

TEST_F(LoadTest, ThereIsTimeAgainWhenTheStepAboveWouldFit) {
    observe(1, 1'500ms, 1);
    observe(4, 1'500ms, 1);
    ASSERT_EQ(load.level(), 2);
    observe(500, 50ms, 0.7); // 0.7 of now is more than all with twice the pictures
    EXPECT_EQ(load.level(), 2);
    EXPECT_GE(observe(100, 50ms, 0.3), 20);
    EXPECT_EQ(load.level(), 1);
    observe(100, 50ms, 0.3);
    EXPECT_EQ(load.level(), 0);
}

TEST_F(LoadTest, OneWhoFallsBackTriesLessAndLessOften) {
    observe(1, 1'500ms, 1);
    int before = 0;
    for (int round = 0; round < 6; ++round) {
        ASSERT_EQ(load.level(), 1);
        const int waited = observe(2'000, 50ms, 0.3);
        EXPECT_GT(waited, before) << round;
        before = waited;
        ASSERT_EQ(load.level(), 0);
        observe(10, 1'500ms, 1);
    }
    EXPECT_LE(before, 700);
}

TEST_F(LoadTest, ALongTimeWithoutAFallMakesItForget) {
    observe(1, 1'500ms, 1);
    for (int round = 0; round < 4; ++round) {
        observe(2'000, 50ms, 0.3);
        observe(10, 1'500ms, 1);
    }
    observe(2'000, 50ms, 0.3);
    ASSERT_EQ(load.level(), 0);
    observe(1'000, 50ms, 0.3);
    observe(1, 1'500ms, 1);
    ASSERT_EQ(load.level(), 1);
    EXPECT_LT(observe(2'000, 50ms, 0.3), 60);
}

} // namespace
} // namespace vedette::recording
