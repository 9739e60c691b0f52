// Whatever the disk does, and wherever the machine stops: what was acknowledged is there, once and
// in order; what was not is there as a whole or not at all; no position is used twice.

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "log/crashing_disk.h"
#include "log/segmented_log.h"
#include "vedette/ports/testing/event_log_contract.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LogPosition;
using ports::testing::numbered_event;

/// One history of appends, faults and crashes, all of it decided by the seed.
class History {
public:
    explicit History(std::uint64_t seed) : random_{seed}, disk_{seed * 31 + 7} {
        options_.segment_bytes = 300 + up_to(2000);
    }

    void run() {
        const std::size_t lives = 2 + up_to(3);
        for (std::size_t life = 0; life < lives && !::testing::Test::HasFailure(); ++life) {
            live();
            if (up_to(3) == 0)
                disk_.kill();
            else
                disk_.crash();
        }
        open();
        ASSERT_TRUE(log_);
        check();
        append(1);
        check();
        EXPECT_TRUE(uncertain_.empty()) << "a sound disk refuses nothing";
    }

private:
    std::size_t up_to(std::size_t most) {
        return std::uniform_int_distribution<std::size_t>{0, most}(random_);
    }

    void open() {
        auto log = open_segmented_log(disk_.mount(), options_, quiet_, meters_, clock_);
        if (log)
            log_ = *std::move(log);
        else
            log_.reset();
    }

    void live() {
        auto files = disk_.mount();
        if (up_to(2) == 0)
            break_something(up_to(6) + 1); // while it opens
        log_.reset();
        auto log = open_segmented_log(std::move(files), options_, quiet_, meters_, clock_);
        if (!log)
            return; // nothing may be lost by that
        log_ = *std::move(log);
        check();
        break_something(1 + up_to(40));
        for (std::size_t i = up_to(30); i > 0; --i)
            act();
        log_.reset();
    }

    void act() {
        append(1 + up_to(3));
        switch (up_to(12)) {
        case 0: check(); break;
        case 1:
            static_cast<void>(log_->forget(LogPosition{up_to(acknowledged_.size())}).has_value());
            break;
        case 2: clock_.advance(std::chrono::hours{30}); break;
        case 3:
            static_cast<void>(
                log_->retain({.older_than = clock_.wall_now() - std::chrono::hours{40}})
                    .has_value());
            break;
        default: break;
        }
    }

    /// Some calls fail from the `first` one on; or nothing works any more, as when the power goes.
    void break_something(std::uint64_t first) {
        const bool for_good = up_to(1) == 0;
        const std::uint64_t last = first + up_to(2);
        const ErrorCode code =
            up_to(1) == 0 ? ErrorCode::resource_exhausted : ErrorCode::unavailable;
        disk_.set_fault([=](std::uint64_t call) -> std::optional<Error> {
            if (call < first || (call > last && !for_good))
                return std::nullopt;
            return Error{code, "the disk says no"};
        });
    }

    void append(std::size_t count) {
        std::vector<Envelope> events;
        for (std::size_t i = 0; i < count; ++i)
            events.push_back(numbered_event(++made_, up_to(up_to(3) == 0 ? 400 : 40)));
        const auto last = log_->append(events);
        if (last) {
            acknowledged_.insert(acknowledged_.end(), events.begin(), events.end());
            uncertain_.clear();
            EXPECT_EQ(last->value(), acknowledged_.size());
        } else {
            uncertain_.push_back(events);
            EXPECT_TRUE(last.error().code() == ErrorCode::resource_exhausted ||
                        last.error().code() == ErrorCode::unavailable);
        }
        EXPECT_EQ(log_->extent().last.value(), acknowledged_.size());
    }

    /// Compares all that can be read with what was acknowledged.
    void check() {
        const auto extent = log_->extent();
        ASSERT_GE(extent.last.value(), acknowledged_.size()) << "acknowledged events are gone";
        std::vector<Envelope> more;
        LogPosition at{extent.first.value() - 1};
        while (at < extent.last) {
            const auto page = log_->read(at, 1 + up_to(9));
            ASSERT_TRUE(page) << page.error().message();
            ASSERT_FALSE(page->empty());
            for (const auto& one : *page) {
                at = LogPosition{at.value() + 1};
                ASSERT_EQ(one.position, at);
                if (at.value() > acknowledged_.size()) {
                    more.push_back(one.event);
                } else {
                    ASSERT_EQ(one.event, acknowledged_[at.value() - 1]) << at.value();
                }
            }
        }
        if (more.empty())
            return;
        EXPECT_NE(std::find(uncertain_.begin(), uncertain_.end(), more), uncertain_.end())
            << more.size() << " events that are no whole unanswered append";
        acknowledged_.insert(acknowledged_.end(), more.begin(), more.end()); // they were seen
        uncertain_.clear();
    }

    std::mt19937_64 random_;
    CrashingDisk disk_;
    NullLog quiet_;
    NullMetrics meters_;
    ManualClock clock_{WallTime{std::chrono::hours{500'000}}};
    DurableLogOptions options_;
    std::unique_ptr<DurableLog> log_;
    std::uint64_t made_ = 0;
    std::vector<Envelope> acknowledged_;           // position p is at [p - 1]
    std::vector<std::vector<Envelope>> uncertain_; // refused since the last one was taken
};

class LogCrash : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(LogCrash, LosesNothingAndRepeatsNothing) {
    constexpr std::uint64_t kHistories = 300;
    for (std::uint64_t seed = GetParam(); seed < GetParam() + kHistories; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        History{seed}.run();
        ASSERT_FALSE(HasFailure());
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LogCrash, ::testing::Range<std::uint64_t>(1, 3001, 300));

/// Flips one bit anywhere in what had been acknowledged long ago, and reads on past the damage.
TEST(LogDamage, CostsTheDamagedEventsAlone) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random{seed};
        CrashingDisk disk{seed};
        NullLog quiet;
        NullMetrics meters;
        ManualClock clock;
        DurableLogOptions options;
        options.segment_bytes = 1500;
        constexpr std::uint64_t kEvents = 40;
        {
            const auto log = open_segmented_log(disk.mount(), options, quiet, meters, clock);
            for (std::uint64_t i = 1; i <= kEvents; ++i)
                ASSERT_TRUE((*log)->append(std::vector<Envelope>{numbered_event(i)}));
        }
        const auto names = disk.names();
        const std::string name = names[random() % names.size()];
        auto& bytes = disk.contents(name);
        // The last group of the newest file cannot be told from a torn write.
        const std::size_t safe = name == names.back() ? bytes.size() - 160 : bytes.size();
        if (safe <= kSegmentHeaderBytes || safe > bytes.size())
            continue;
        bytes[random() % safe] ^= std::byte{static_cast<unsigned char>(1U << (random() % 8))};

        const auto log = open_segmented_log(disk.mount(), options, quiet, meters, clock);
        ASSERT_TRUE(log) << log.error().message();
        LogPosition at;
        std::uint64_t lost = 0;
        while (at < (*log)->extent().last) {
            const auto page = (*log)->read(at, 7);
            if (!page) {
                ASSERT_EQ(page.error().code(), ErrorCode::data_loss);
                EXPECT_NE(page.error().message().find("disk/" + name), std::string::npos)
                    << page.error().message();
                const LogPosition beyond = (*log)->beyond_damage(at);
                ASSERT_GT(beyond, at);
                lost += beyond.value() - at.value();
                at = beyond;
                continue;
            }
            if (page->empty())
                break;
            for (const auto& one : *page) {
                ASSERT_GT(one.position, at);
                ASSERT_LE(one.position.value(), kEvents);
                ASSERT_EQ(one.event, numbered_event(one.position.value()));
                at = one.position;
            }
        }
        EXPECT_GE(at.value(), kEvents);
        EXPECT_GE(lost, 1U) << "the damage was not noticed";
        const auto next = (*log)->append(std::vector<Envelope>{numbered_event(kEvents + 1)});
        ASSERT_TRUE(next);
        EXPECT_GT(next->value(), kEvents) << "a position was used twice";
    }
}

} // namespace
} // namespace vedette::events
