#include "vedette/base/worker.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <latch>
#include <pthread.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace vedette {
namespace {

TEST(Threads, ProcessorTimeCountsWorkAndNotWaiting) {
    const auto before_waiting = processor_time_of_this_thread();
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    const auto waited = processor_time_of_this_thread() - before_waiting;
    EXPECT_LT(waited, std::chrono::milliseconds{40});
    const auto before_work = processor_time_of_this_thread();
    std::atomic<unsigned> sum = 0;
    while (processor_time_of_this_thread() - before_work < std::chrono::milliseconds{5})
        ++sum;
    EXPECT_GT(sum, 0U);
}

TEST(Worker, HandlesInOrderOnItsOwnThread) {
    std::vector<int> handled; // needs no lock: the worker's until finish()
    std::thread::id thread;
    Worker<int> worker{"test", 4, WhenFull::block, [&](int message) {
                           handled.push_back(message);
                           thread = std::this_thread::get_id();
                       }};
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(worker.post(i));
    worker.finish();
    ASSERT_EQ(handled.size(), 100U);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(handled[static_cast<std::size_t>(i)], i);
    EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(Worker, DrainsItsInboxWhenItIsDestroyed) {
    std::latch hold{1};
    std::vector<int> handled;
    {
        Worker<int> worker{"test", 10, WhenFull::block, [&](int message) {
                               hold.wait();
                               handled.push_back(message);
                           }};
        for (int i = 0; i < 10; ++i)
            ASSERT_TRUE(worker.post(i));
        hold.count_down();
    }
    EXPECT_EQ(handled.size(), 10U);
}

TEST(Worker, RefusesMessagesAfterFinish) {
    Worker<int> worker{"test", 1, WhenFull::block, [](int) {}};
    worker.finish();
    worker.finish();
    EXPECT_FALSE(worker.post(1));
}

TEST(Worker, CountsWhatAFullInboxLoses) {
    std::latch begun{1};
    std::latch hold{1};
    int last = 0;
    Worker<int> worker{"test", 1, WhenFull::drop_oldest, [&](int message) {
                           if (message == 0)
                               begun.count_down();
                           hold.wait();
                           last = message;
                       }};
    ASSERT_TRUE(worker.post(0));
    begun.wait();
    for (int i = 1; i <= 5; ++i)
        ASSERT_TRUE(worker.post(i));
    EXPECT_EQ(worker.waiting(), 1U);
    EXPECT_EQ(worker.dropped(), 4U);
    hold.count_down();
    worker.finish();
    EXPECT_EQ(last, 5);
}

TEST(Worker, TakesMessagesFromManyThreads) {
    int sum = 0;
    Worker<int> worker{"test", 8, WhenFull::block, [&](int message) { sum += message; }};
    {
        std::vector<std::jthread> producers;
        for (int p = 0; p < 4; ++p)
            producers.emplace_back([&] {
                for (int i = 0; i < 250; ++i)
                    EXPECT_TRUE(worker.post(1));
            });
    }
    worker.finish();
    EXPECT_EQ(sum, 1000);
}

TEST(Worker, NamesItsThreadForTheSystem) {
    std::array<char, 32> name{};
    Worker<int> worker{"a-name-that-is-too-long", 1, WhenFull::block,
                       [&](int) { pthread_getname_np(pthread_self(), name.data(), name.size()); }};
    ASSERT_TRUE(worker.post(1));
    worker.finish();
    EXPECT_STREQ(name.data(), "a-name-that-is-");
}

TEST(LetOthersGoFirst, ConcernsTheCallingThreadAlone) {
    const auto niceness = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
    const int before = niceness();
    int after = before;
    std::jthread{[&] {
        let_others_go_first();
        after = niceness();
    }}.join();
    EXPECT_EQ(after, std::min(before + 10, 19));
    EXPECT_EQ(niceness(), before);
}

} // namespace
} // namespace vedette
