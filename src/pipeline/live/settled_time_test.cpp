#include "live/settled_time.h"

#include <gtest/gtest.h>

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(SettledTime, IsUpToTheLastPictureOrToWhatIsStillFollowed) {
    const WallTime noon{1'700'000'000s};
    SettledTime time;
    EXPECT_FALSE(time.until()) << "nothing is watched";
    time.opened(noon);
    EXPECT_EQ(time.until(), noon);
    time.passed_over(noon + 1s);
    EXPECT_EQ(time.until(), noon + 1s);
    time.looked(noon + 2s, noon + 2s);
    time.looked(noon + 3s, noon + 2s);
    EXPECT_EQ(time.until(), noon + 2s);
    time.passed_over(noon + 4s);
    EXPECT_EQ(time.until(), noon + 2s) << "it is still followed";
    time.looked(noon + 5s, std::nullopt);
    EXPECT_EQ(time.until(), noon + 5s);
    time.ended();
    EXPECT_FALSE(time.until());
    time.opened(noon + 60s);
    EXPECT_EQ(time.until(), noon + 60s);
}

} // namespace
} // namespace vedette::pipeline
