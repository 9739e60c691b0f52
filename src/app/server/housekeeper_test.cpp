#include "app/server/housekeeper.h"

#include <gtest/gtest.h>
#include <latch>

#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/memory_object_store.h"

namespace vedette::app {
namespace {

class HousekeeperTest : public ::testing::Test {
protected:
    ManualClock clock_{WallTime{std::chrono::days{20'000}}};
    NullLog log_;
    NullMetrics metrics_;
    ports::testing::MemoryEventStore store_;
    ports::testing::MemoryObjectStore pictures_{clock_};
    std::latch at_start_{1};
    std::latch with_new_rule_{1};
    Retention retention_{
        {},
        Retention::Parts{.store = &store_,
                         .pictures = &pictures_,
                         .make_durable = []() -> Status { return {}; },
                         .retain_log = [this](const events::RetentionRule& rule)
                             -> Result<events::RetentionReport> {
                             (rule.max_bytes == 7U ? with_new_rule_ : at_start_).count_down();
                             return events::RetentionReport{};
                         },
                         .subscriber = "store",
                         .messages = &log_,
                         .clock = &clock_}};
    SizeLimits sizes_{{.store = &store_,
                       .pictures = &pictures_,
                       .picture_bytes = [] { return std::optional<std::uint64_t>{0}; },
                       .shrink_store = [](std::uint64_t) -> Result<bool> { return false; },
                       .messages = &log_,
                       .metrics = &metrics_,
                       .clock = &clock_}};
};

TEST_F(HousekeeperTest, CountsFirstAndKeepsToOtherLimitsAtOnce) {
    int counted = 0;
    {
        Housekeeper keeper{{},
                           {.take_stock = [&](const std::stop_token&) -> Status {
                                ++counted;
                                return {};
                            },
                            .retention = &retention_,
                            .sizes = &sizes_,
                            .messages = &log_,
                            .clock = &clock_}};
        at_start_.wait();
        keeper.change({.log_size = {7}});
        with_new_rule_.wait(); // though the clock stands still
    }
    EXPECT_EQ(counted, 1);
}

TEST_F(HousekeeperTest, EndsWhileItCounts) {
    std::latch counting{1};
    const auto until_stopped = [&](const std::stop_token& stop) -> Status {
        counting.count_down();
        while (!stop.stop_requested())
            std::this_thread::yield();
        return Error{ErrorCode::cancelled, "stopped"};
    };
    const auto keeper = std::make_unique<Housekeeper>(
        RetentionOptions{}, Housekeeper::Parts{.take_stock = until_stopped,
                                               .retention = &retention_,
                                               .sizes = &sizes_,
                                               .messages = &log_,
                                               .clock = &clock_});
    counting.wait();
}

} // namespace
} // namespace vedette::app
