#include "turns.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace vedette::pipeline {
namespace {

TEST(Turns, HandOnInTheOrderOfTheNumbers) {
    Turns turns;
    std::vector<int> order;
    {
        std::vector<std::jthread> workers;
        for (int number = 7; number >= 0; --number) // the last comes first
            workers.emplace_back([&, number] {
                EXPECT_TRUE(turns.take(static_cast<std::uint64_t>(number), {}, [&] {
                    order.push_back(number);
                    return true;
                }));
            });
    }
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Turns, OneThatEndsThemEndsThemForThoseWhoWait) {
    Turns turns;
    bool waited_in_vain = false;
    std::jthread waiting{[&] { waited_in_vain = !turns.take(1, {}, [] { return true; }); }};
    EXPECT_FALSE(turns.take(0, {}, [] { return false; }));
    waiting.join();
    EXPECT_TRUE(waited_in_vain);
    EXPECT_FALSE(turns.take(2, {}, [] { return true; }));
}

TEST(Turns, AStopRequestEndsTheWait) {
    Turns turns;
    std::jthread waiting{[&](const std::stop_token& stop) {
        EXPECT_FALSE(turns.take(5, stop, [] { return true; }));
    }};
    waiting.request_stop();
}

} // namespace
} // namespace vedette::pipeline
