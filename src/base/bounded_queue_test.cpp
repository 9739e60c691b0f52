#include "vedette/base/bounded_queue.h"

#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

namespace vedette {
namespace {

std::vector<int> drain(BoundedQueue<int>& queue) {
    std::vector<int> out;
    while (auto item = queue.try_pop())
        out.push_back(*item);
    return out;
}

TEST(BoundedQueue, IsFirstInFirstOut) {
    BoundedQueue<int> queue{3, WhenFull::block};
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(queue.push(i));
    EXPECT_EQ(queue.size(), 3U);
    EXPECT_EQ(drain(queue), (std::vector{0, 1, 2}));
    EXPECT_EQ(queue.size(), 0U);
}

TEST(BoundedQueue, DropsTheOldestAndCountsIt) {
    BoundedQueue<int> queue{2, WhenFull::drop_oldest};
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(queue.push(i)) << "the new one is always taken";
    EXPECT_EQ(queue.dropped(), 3U);
    EXPECT_EQ(drain(queue), (std::vector{3, 4}));
}

TEST(BoundedQueue, DropsTheNewestAndCountsIt) {
    BoundedQueue<int> queue{2, WhenFull::drop_newest};
    EXPECT_TRUE(queue.push(0));
    EXPECT_TRUE(queue.push(1));
    EXPECT_FALSE(queue.push(2));
    EXPECT_EQ(queue.dropped(), 1U);
    EXPECT_EQ(drain(queue), (std::vector{0, 1}));
    EXPECT_TRUE(queue.push(3)) << "there is room again";
}

TEST(BoundedQueue, BlocksUntilThereIsRoom) {
    BoundedQueue<int> queue{1, WhenFull::block};
    ASSERT_TRUE(queue.push(1));
    std::atomic<bool> taken = false;
    std::jthread producer{[&] { taken = queue.push(2); }};
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_EQ(queue.pop(), 2) << "which waits for the producer";
    producer.join();
    EXPECT_TRUE(taken);
    EXPECT_EQ(queue.dropped(), 0U);
}

TEST(BoundedQueue, GivesWhatIsLeftAfterCloseThenNothing) {
    BoundedQueue<int> queue{2, WhenFull::block};
    ASSERT_TRUE(queue.push(1));
    queue.close();
    EXPECT_FALSE(queue.push(2));
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_EQ(queue.pop(), std::nullopt);
    EXPECT_EQ(queue.dropped(), 0U) << "refused is not dropped";
}

TEST(BoundedQueue, GivesWhatIsLeftAfterAStopThenNothing) {
    BoundedQueue<int> queue{2, WhenFull::block};
    std::stop_source stop;
    ASSERT_TRUE(queue.push(1, stop.get_token()));
    stop.request_stop();
    EXPECT_FALSE(queue.push(2, stop.get_token()));
    EXPECT_EQ(queue.pop(stop.get_token()), 1);
    EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt);
}

TEST(BoundedQueue, AStopFreesAProducerThatWaits) {
    BoundedQueue<int> queue{1, WhenFull::block};
    ASSERT_TRUE(queue.push(1));
    std::latch begun{1};
    std::atomic<bool> taken = true;
    std::jthread producer{[&](const std::stop_token& stop) {
        begun.count_down();
        taken = queue.push(2, stop);
    }};
    begun.wait();
    producer.request_stop();
    producer.join();
    EXPECT_FALSE(taken);
    EXPECT_EQ(queue.size(), 1U);
}

TEST(BoundedQueue, AStopFreesAConsumerThatWaits) {
    BoundedQueue<int> queue{1, WhenFull::block};
    std::optional<int> got = 1;
    std::jthread consumer{[&](const std::stop_token& stop) { got = queue.pop(stop); }};
    consumer.request_stop();
    consumer.join();
    EXPECT_EQ(got, std::nullopt);
}

TEST(BoundedQueue, CloseFreesEverybodyThatWaits) {
    BoundedQueue<int> full{1, WhenFull::block};
    BoundedQueue<int> empty{1, WhenFull::block};
    ASSERT_TRUE(full.push(0));
    std::atomic<int> freed = 0;
    {
        std::vector<std::jthread> waiting;
        for (int i = 0; i < 3; ++i) {
            waiting.emplace_back([&] { freed += full.push(1) ? 0 : 1; });
            waiting.emplace_back([&] { freed += empty.pop() ? 0 : 1; });
        }
        full.close();
        empty.close();
    }
    EXPECT_EQ(freed, 6);
}

TEST(BoundedQueue, LosesAndRepeatsNothingWithManyProducersAndConsumers) {
    constexpr int kProducers = 4;
    constexpr int kEach = 500;
    BoundedQueue<int> queue{8, WhenFull::block};
    std::vector<std::vector<int>> got(3);
    std::vector<std::jthread> consumers;
    for (auto& mine : got)
        consumers.emplace_back([&queue, &mine] {
            while (auto item = queue.pop())
                mine.push_back(*item);
        });
    {
        std::vector<std::jthread> producers;
        for (int p = 0; p < kProducers; ++p)
            producers.emplace_back([&queue, p] {
                for (int i = 0; i < kEach; ++i)
                    EXPECT_TRUE(queue.push(p * kEach + i));
            });
    }
    queue.close();
    consumers.clear();
    std::vector<int> seen(kProducers * kEach);
    for (const auto& mine : got) {
        std::vector<int> last(kProducers, -1);
        for (const int item : mine) {
            ++seen[static_cast<std::size_t>(item)];
            int& before = last[static_cast<std::size_t>(item / kEach)];
            EXPECT_LT(before, item) << "each consumer sees a producer's items in order";
            before = item;
        }
    }
    EXPECT_EQ(seen, std::vector<int>(kProducers * kEach, 1));
}

TEST(BoundedQueue, AccountsForEveryItemWhenItDrops) {
    for (const WhenFull policy : {WhenFull::drop_oldest, WhenFull::drop_newest}) {
        BoundedQueue<int> queue{4, policy};
        std::atomic<int> popped = 0;
        std::jthread consumer{[&] {
            while (queue.pop())
                ++popped;
        }};
        {
            std::vector<std::jthread> producers;
            for (int p = 0; p < 4; ++p)
                producers.emplace_back([&queue] {
                    for (int i = 0; i < 500; ++i)
                        (void)queue.push(i);
                });
        }
        queue.close();
        consumer.join();
        EXPECT_EQ(static_cast<std::uint64_t>(popped) + queue.dropped(), 2000U);
    }
}

TEST(BoundedQueue, TakesWhatCanOnlyBeMoved) {
    BoundedQueue<std::unique_ptr<int>> queue{1, WhenFull::drop_oldest};
    EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
    EXPECT_TRUE(queue.push(std::make_unique<int>(2)));
    EXPECT_EQ(**queue.pop(), 2);
}

TEST(BoundedQueueDeathTest, HasRoomForSomething) {
    EXPECT_DEATH((BoundedQueue<int>{0, WhenFull::block}), "broken invariant");
}

} // namespace
} // namespace vedette
