#include "vedette/imaging/frame_pool.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <vector>

namespace vedette::imaging {
namespace {

TEST(FramePool, GivesNoMoreThanItsNumberAndCountsTheRefusals) {
    FramePool pool{2, 1000};
    const auto first = pool.try_acquire();
    const auto second = pool.try_acquire();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(pool.try_acquire(), nullptr);
    EXPECT_EQ(pool.try_acquire(), nullptr);
    EXPECT_EQ(pool.exhausted(), 2U);
    EXPECT_EQ(pool.in_use(), 2U);
}

TEST(FramePool, BuffersAreAlignedWholeAndApart) {
    FramePool pool{3, 1000};
    std::set<const std::uint8_t*> seen;
    std::vector<std::shared_ptr<PixelBuffer>> held;
    for (std::uint8_t i = 0; i < 3; ++i) {
        held.push_back(pool.try_acquire());
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(held.back()->data()) % 64, 0U);
        EXPECT_EQ(held.back()->size_bytes(), 1000U);
        std::fill_n(held.back()->data(), 1000, i);
        seen.insert(held.back()->data());
    }
    EXPECT_EQ(seen.size(), 3U);
    for (std::uint8_t i = 0; i < 3; ++i)
        EXPECT_EQ(std::count(held[i]->data(), held[i]->data() + 1000, i), 1000);
}

TEST(FramePool, MakesNothingNewOnceWarm) {
    FramePool pool{8, 64};
    for (int i = 0; i < 100; ++i) {
        const auto one = pool.try_acquire();
        const auto two = pool.try_acquire();
        ASSERT_TRUE(one && two);
    }
    EXPECT_EQ(pool.allocated(), 2U);
    EXPECT_EQ(pool.in_use(), 0U);
}

TEST(FramePool, WhatIsIdleCanBeLetGoAndIsMadeAgain) {
    FramePool pool{3, 1000};
    auto held = pool.try_acquire();
    pool.try_acquire().reset();
    ASSERT_EQ(pool.allocated(), 1U + 1U);
    pool.release_idle();
    EXPECT_EQ(pool.allocated(), 1U);
    EXPECT_EQ(pool.in_use(), 1U);
    const auto second = pool.try_acquire();
    const auto third = pool.try_acquire();
    EXPECT_TRUE(second && third);
    EXPECT_EQ(pool.try_acquire(), nullptr);
}

TEST(FramePool, BuffersOutliveThePool) {
    std::shared_ptr<PixelBuffer> kept;
    {
        FramePool pool{1, 16};
        kept = pool.try_acquire();
    }
    kept->data()[15] = 7;
    EXPECT_EQ(kept->data()[15], 7);
}

TEST(FramePool, AnImpossibleSizeIsARefusalNotACrash) {
    FramePool pool{1, std::size_t{1} << 62U};
    EXPECT_EQ(pool.try_acquire(), nullptr);
    EXPECT_EQ(pool.exhausted(), 1U);
}

TEST(FramePool, ManyThreadsNeverShareABuffer) {
    FramePool pool{4, sizeof(int)};
    std::vector<std::jthread> threads;
    std::atomic<int> broken = 0;
    for (int id = 0; id < 4; ++id)
        threads.emplace_back([&pool, &broken, id] {
            for (int i = 0; i < 2000; ++i) {
                const auto buffer = pool.try_acquire();
                if (!buffer) {
                    ++broken;
                    continue;
                }
                auto* value = reinterpret_cast<int*>(buffer->data());
                *value = id;
                std::this_thread::yield();
                if (*value != id)
                    ++broken;
            }
        });
    threads.clear();
    EXPECT_EQ(broken, 0);
    EXPECT_LE(pool.allocated(), 4U);
    EXPECT_EQ(pool.in_use(), 0U);
}

} // namespace
} // namespace vedette::imaging
