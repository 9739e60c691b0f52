#include "vedette/events/subscriber.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "log/crashing_disk.h"
#include "log/segmented_log.h"
#include "testing/temporary_folder.h"
#include "vedette/base/guarded.h"
#include "vedette/events/position_file.h"
#include "vedette/ports/testing/event_log_contract.h"
#include "vedette/ports/testing/memory_event_log.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LoggedEvent;
using ports::LogPosition;
using ports::testing::MemoryEventLog;
using ports::testing::numbered_event;
using std::chrono::milliseconds;

constexpr milliseconds kLong{60'000};

/// Remembers sums by name.
class SummedMetrics final : public Metrics {
public:
    double value(const std::string& name) {
        return sums_->with([&](auto& sums) { return sums[name]; });
    }
    std::shared_ptr<Counter> counter(const std::string& name, const std::string&,
                                     const MetricLabels&) override {
        return std::make_shared<Sum>(sums_, name);
    }
    std::shared_ptr<Gauge> gauge(const std::string& name, const std::string&,
                                 const MetricLabels&) override {
        return std::make_shared<Last>(sums_, name);
    }
    std::shared_ptr<Histogram> histogram(const std::string& name, const std::string& help,
                                         const std::vector<double>& buckets,
                                         const MetricLabels& labels) override {
        return NullMetrics{}.histogram(name, help, buckets, labels);
    }

private:
    using Sums = std::shared_ptr<Guarded<std::map<std::string, double>>>;
    struct Sum final : Counter {
        Sum(Sums all, std::string own) : sums{std::move(all)}, name{std::move(own)} {}
        void add(double by) override {
            sums->with([&](auto& map) { map[name] += by; });
        }
        Sums sums;
        std::string name;
    };
    struct Last final : Gauge {
        Last(Sums all, std::string own) : sums{std::move(all)}, name{std::move(own)} {}
        void set(double value) override {
            sums->with([&](auto& map) { map[name] = value; });
        }
        Sums sums;
        std::string name;
    };
    Sums sums_ = std::make_shared<Guarded<std::map<std::string, double>>>();
};

class SubscriberTest : public ::testing::Test {
protected:
    static SubscriberOptions options() {
        return {.name = "store",
                .batch = 4,
                .backoff = {.first = milliseconds{1}, .longest = milliseconds{2}}};
    }
    void append(std::size_t count) {
        std::vector<Envelope> events;
        for (std::size_t i = 1; i <= count; ++i)
            events.push_back(numbered_event(log_.extent().last.value() + i));
        ASSERT_TRUE(log_.append(events));
    }
    Subscriber::Needs needs() { return {log_, quiet_, metrics_}; }
    /// Notes every event that comes.
    Subscriber::Handler noting() {
        return [this](std::span<const LoggedEvent> events) -> Status {
            for (const LoggedEvent& one : events)
                seen_.push_back(one.position.value());
            return {};
        };
    }

    MemoryEventLog log_;
    NullLog quiet_;
    SummedMetrics metrics_;
    std::vector<std::uint64_t>
        seen_; // the subscriber's thread writes it, the test reads after the end
};

TEST_F(SubscriberTest, BringsEveryEventOnceAndInOrder) {
    append(10);
    {
        const Subscriber subscriber{options(), needs(), LogPosition{2}, noting()};
        append(5);
        ASSERT_TRUE(subscriber.wait_for(LogPosition{15}, kLong));
    }
    std::vector<std::uint64_t> all;
    for (std::uint64_t i = 3; i <= 15; ++i)
        all.push_back(i);
    EXPECT_EQ(seen_, all);
    EXPECT_EQ(metrics_.value("events_subscriber_handled_total"), 13);
    EXPECT_EQ(metrics_.value("events_subscriber_lag_events"), 0);
}

TEST_F(SubscriberTest, TellsThatItIsIdleOnItsOwnThread) {
    append(3);
    std::atomic<int> idle{0};
    std::size_t seen_when_idle = 0;
    {
        auto how = options();
        how.idle = milliseconds{1};
        const Subscriber subscriber{how, needs(), LogPosition{}, noting(), [&] {
                                        if (idle++ == 0)
                                            seen_when_idle = seen_.size();
                                    }};
        ASSERT_TRUE(subscriber.wait_for(LogPosition{3}, kLong));
        while (idle < 3)
            std::this_thread::yield();
        append(1);
        ASSERT_TRUE(subscriber.wait_for(LogPosition{4}, kLong));
    }
    EXPECT_EQ(seen_when_idle, 3U);
    EXPECT_EQ(seen_.size(), 4U);
}

TEST_F(SubscriberTest, BringsTheSameEventsAgainAfterAnError) {
    append(6);
    std::vector<std::vector<std::uint64_t>> calls;
    {
        const Subscriber subscriber{
            options(), needs(), LogPosition{}, [&](std::span<const LoggedEvent> events) -> Status {
                std::vector<std::uint64_t> positions;
                for (const LoggedEvent& one : events)
                    positions.push_back(one.position.value());
                calls.push_back(positions);
                if (calls.size() <= 3)
                    return Error{ErrorCode::unavailable, "the database is away"};
                return {};
            }};
        ASSERT_TRUE(subscriber.wait_for(LogPosition{6}, kLong));
    }
    ASSERT_EQ(calls.size(), 5U);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(calls[i], (std::vector<std::uint64_t>{1, 2, 3, 4}));
    EXPECT_EQ(calls[4], (std::vector<std::uint64_t>{5, 6}));
    EXPECT_EQ(metrics_.value("events_subscriber_retries_total"), 3);
}

TEST_F(SubscriberTest, EndsInTheMidstOfALongPause) {
    append(1);
    SubscriberOptions patient = options();
    patient.backoff = {.first = std::chrono::hours{1}, .longest = std::chrono::hours{1}};
    std::atomic<int> calls = 0;
    {
        const Subscriber subscriber{patient, needs(), LogPosition{},
                                    [&](std::span<const LoggedEvent>) -> Status {
                                        ++calls;
                                        calls.notify_all();
                                        return Error{ErrorCode::unavailable, "never"};
                                    }};
        calls.wait(0);
        EXPECT_FALSE(subscriber.wait_for(LogPosition{1}, milliseconds{0}));
    }
    EXPECT_EQ(calls, 1);
}

TEST_F(SubscriberTest, AStartBehindTheEndOfTheLogMissesNothingNew) {
    append(3);
    {
        const Subscriber subscriber{options(), needs(), LogPosition{100}, noting()};
        // It waits at the end of the log, so what comes from now on reaches it.
        while (subscriber.position().value() == 100)
            std::this_thread::yield();
        append(2);
        ASSERT_TRUE(subscriber.wait_for(LogPosition{5}, kLong));
    }
    EXPECT_EQ(seen_, (std::vector<std::uint64_t>{4, 5}));
}

TEST_F(SubscriberTest, PassesOverDamageAndCountsIt) {
    CrashingDisk disk;
    const ManualClock clock;
    {
        const auto log = *open_segmented_log(disk.mount(), {}, quiet_, metrics_, clock);
        for (std::uint64_t i = 1; i <= 9; ++i)
            ASSERT_TRUE(log->append(std::vector<Envelope>{numbered_event(i)}));
    }
    auto& bytes = disk.contents(disk.names().front());
    bytes[kSegmentHeaderBytes + *claimed_bytes(std::span{bytes}.subspan(kSegmentHeaderBytes)) +
          35] ^= std::byte{1};
    const auto log = *open_segmented_log(disk.mount(), {}, quiet_, metrics_, clock);
    {
        const Subscriber subscriber{options(), {*log, quiet_, metrics_}, LogPosition{}, noting()};
        ASSERT_TRUE(subscriber.wait_for(LogPosition{9}, kLong));
    }
    EXPECT_EQ(seen_, (std::vector<std::uint64_t>{1, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(metrics_.value("events_subscriber_lost_total"), 1);
    EXPECT_EQ(metrics_.value("events_log_damaged_total"), 1);
}

TEST(PositionFileTest, KeepsThePositionOverAnyCrash) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CrashingDisk disk{seed};
        std::uint64_t kept = 0;
        std::uint64_t tried = 0;
        for (std::uint64_t life = 0; life < 4; ++life) {
            auto file = PositionFile::open(disk.mount(), "alerts.position");
            ASSERT_TRUE(file) << file.error().message();
            ASSERT_TRUE(file->position().value() == kept || file->position().value() == tried)
                << seed;
            kept = file->position().value();
            const std::uint64_t last_call = 1 + (seed * 7 + life * 13) % 17;
            disk.set_fault([=](std::uint64_t call) -> std::optional<Error> {
                return call > last_call ? std::optional{Error{ErrorCode::unavailable, "gone"}}
                                        : std::nullopt;
            });
            for (tried = kept + 1; file->keep(LogPosition{tried}); ++tried)
                kept = tried;
            disk.crash();
        }
    }
}

TEST(PositionFileTest, RefusesWhatIsNoPosition) {
    const TemporaryFolder folder;
    {
        auto file = PositionFile::open(folder / "positions/alerts");
        ASSERT_TRUE(file) << file.error().message();
        EXPECT_EQ(file->position().value(), 0U);
        ASSERT_TRUE(file->keep(LogPosition{18'446'744'073'709'551'615U}));
    }
    EXPECT_EQ(PositionFile::open(folder / "positions/alerts")->position().value(),
              18'446'744'073'709'551'615U);
    CrashingDisk disk;
    for (const std::string text : {"", "vedette-position 1 ", "vedette-position 1 \n", "17\n",
                                   "vedette-position 1 4x\n", "vedette-position 1 -4\n"}) {
        std::vector<std::byte> bytes;
        for (const char c : text)
            bytes.push_back(static_cast<std::byte>(c));
        disk.put("alerts", bytes);
        const auto file = PositionFile::open(disk.mount(), "alerts");
        ASSERT_FALSE(file) << text;
        EXPECT_EQ(file.error().code(), ErrorCode::data_loss);
        EXPECT_NE(file.error().message().find("disk/alerts"), std::string::npos);
    }
}

} // namespace
} // namespace vedette::events
