#include "vedette/base/clock.h"

#include <gtest/gtest.h>
#include <type_traits>

namespace vedette {
namespace {

using std::chrono::seconds;

template <class A, class B>
concept Subtractable = requires(A a, B b) {
    a - b;
};
static_assert(Subtractable<StreamTime, StreamTime>);
static_assert(!Subtractable<StreamTime, WallTime>, "a stream's time is no time of day");
static_assert(!std::is_convertible_v<StreamTime, WallTime>);

TEST(ManualClock, MovesOnlyWhenTold) {
    ManualClock clock{WallTime{seconds{1000}}};
    const auto steady = clock.steady_now();
    EXPECT_EQ(clock.wall_now(), WallTime{seconds{1000}});
    EXPECT_EQ(clock.wall_now(), WallTime{seconds{1000}});
    clock.advance(seconds{5});
    EXPECT_EQ(clock.wall_now(), WallTime{seconds{1005}});
    EXPECT_EQ(clock.steady_now() - steady, seconds{5});
}

TEST(SystemClock, NeverRunsBackwards) {
    const SystemClock clock;
    const auto before = clock.steady_now();
    EXPECT_GE(clock.steady_now(), before);
    EXPECT_GT(clock.wall_now(), WallTime{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}});
}

} // namespace
} // namespace vedette
