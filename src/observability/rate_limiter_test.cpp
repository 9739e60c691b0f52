#include "rate_limiter.h"

#include <gtest/gtest.h>

namespace vedette::observability {
namespace {

using std::chrono::seconds;

class RateLimiterTest : public ::testing::Test {
protected:
    /// How many of `count` events at `now` are let through.
    int admit(const std::string& key, int count) {
        int admitted = 0;
        for (int i = 0; i < count; ++i)
            admitted += limiter.admit(key, now) ? 1 : 0;
        return admitted;
    }
    RateLimiter limiter;
    SteadyTime now{seconds{100}};
};

TEST_F(RateLimiterTest, LetsABurstThroughThenCounts) {
    EXPECT_EQ(admit("a", 50), RateLimiter::kBurst);
    now += seconds{9};
    EXPECT_EQ(admit("a", 1), 0);
    now += seconds{1};
    EXPECT_EQ(limiter.admit("a", now), 31U);
    EXPECT_EQ(limiter.admit("a", now), 0U) << "told once only";
}

TEST_F(RateLimiterTest, KeepsKeysApart) {
    admit("a", 100);
    EXPECT_EQ(admit("b", 3), 3);
}

TEST_F(RateLimiterTest, TellsWhatWasNeverTold) {
    admit("quiet", 5);
    admit("loud", 25);
    const auto untold = limiter.untold();
    ASSERT_EQ(untold.size(), 1U);
    EXPECT_EQ(untold[0].key, "loud");
    EXPECT_EQ(untold[0].suppressed, 5U);
}

TEST_F(RateLimiterTest, StaysBoundedAndStillLimits) {
    for (std::size_t i = 0; i < 3 * RateLimiter::kMaxKeys; ++i)
        admit("key " + std::to_string(i), 1);
    EXPECT_LE(limiter.size(), RateLimiter::kMaxKeys + 1);
    EXPECT_EQ(admit("yet another", 1), 0) << "new ones share a window that is used up";
    now += RateLimiter::kWindow;
    EXPECT_EQ(admit("yet another", 1), 1);
}

} // namespace
} // namespace vedette::observability
