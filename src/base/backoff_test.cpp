#include "vedette/base/backoff.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(BackoffTest, DoublesUpToTheLongestAndStartsAnew) {
    Backoff backoff{{.first = std::chrono::milliseconds{100},
                     .longest = std::chrono::milliseconds{1000},
                     .jitter = 0},
                    1};
    for (const int expected : {100, 200, 400, 800, 1000, 1000})
        EXPECT_EQ(backoff.next().count(), expected);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(backoff.next().count(), 1000);
    backoff.reset();
    EXPECT_EQ(backoff.next().count(), 100);
}

TEST(BackoffTest, LeavesAShareToChance) {
    const BackoffOptions options{.first = std::chrono::milliseconds{1000},
                                 .longest = std::chrono::milliseconds{1000},
                                 .jitter = 0.5};
    Backoff one{options, 1};
    Backoff other{options, 2};
    int differ = 0;
    for (int i = 0; i < 20; ++i) {
        const auto pause = one.next();
        EXPECT_GE(pause.count(), 500);
        EXPECT_LE(pause.count(), 1000);
        differ += pause != other.next() ? 1 : 0;
    }
    EXPECT_GT(differ, 10);
}

} // namespace
} // namespace vedette
