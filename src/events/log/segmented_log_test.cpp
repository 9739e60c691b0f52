#include "log/segmented_log.h"

#include <barrier>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>
#include <zlib.h>

#include "log/segmented_log_fixture.h"
#include "testing/temporary_folder.h"
#include "vedette/ports/testing/event_log_contract.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LogPosition;
using ports::testing::EventLogContract;
using ports::testing::numbered_event;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class FolderBackend {
public:
    FolderBackend() { reopen(); }
    ports::EventLog& log() { return *log_; }
    void reopen() {
        log_.reset();
        auto opened =
            DurableLog::open(folder_.path() / "a" / "b", options_, quiet_, meters_, clock_);
        if (!opened)
            FAIL() << opened.error().message();
        log_ = *std::move(opened);
    }

private:
    TemporaryFolder folder_;
    DurableLogOptions options_{.segment_bytes = 64 << 10};
    NullLog quiet_;
    NullMetrics meters_;
    SystemClock clock_;
    std::unique_ptr<DurableLog> log_;
};

class SmallFilesBackend {
public:
    SmallFilesBackend() { reopen(); }
    ports::EventLog& log() { return *log_; }
    void reopen() {
        log_.reset();
        disk_.crash();
        log_ = *open_segmented_log(disk_.mount(), {.segment_bytes = 700}, quiet_, meters_, clock_);
    }

private:
    CrashingDisk disk_;
    NullLog quiet_;
    NullMetrics meters_;
    SystemClock clock_;
    std::unique_ptr<DurableLog> log_;
};

} // namespace
} // namespace vedette::events

namespace vedette::ports::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Folder, EventLogContract, events::FolderBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(SmallFiles, EventLogContract, events::SmallFilesBackend);
} // namespace vedette::ports::testing

namespace vedette::events {
namespace {

TEST_F(SegmentedLogTest, NamesItsFilesByTheirFirstEvent) {
    append_singly(12);
    EXPECT_EQ(files().front(), "00000000000000000001.events");
    EXPECT_GE(files().size(), 2U);
    for (const std::string& name : files())
        EXPECT_TRUE(first_of_segment(name)) << name;
    power_cut();
    EXPECT_EQ(count_intact(), 12U);
}

TEST_F(SegmentedLogTest, StartsANewFileWhenOneIsADayOld) {
    ASSERT_TRUE(append(1));
    clock_.advance(25h);
    ASSERT_TRUE(append(1));
    EXPECT_EQ(files().size(), 2U);
}

TEST_F(SegmentedLogTest, CutsOffATornEndAndSaysSo) {
    append_singly(3);
    const std::string name = files().back();
    auto& bytes = disk_.contents(name);
    const std::size_t whole = bytes.size();
    ASSERT_TRUE(append(2));
    const std::vector<std::byte> longer = bytes;
    for (std::size_t size = whole + 1; size < longer.size(); ++size) {
        log_.reset();
        disk_.put(name, {longer.begin(), longer.begin() + static_cast<std::ptrdiff_t>(size)});
        open();
        ASSERT_EQ(last(), 3U) << size;
        ASSERT_EQ(disk_.contents(name).size(), whole);
    }
    EXPECT_TRUE(said_.says("cut off an unfinished write"));
    EXPECT_EQ(count_intact(), 3U);
}

TEST_F(SegmentedLogTest, DamageInTheNewestFileIsNotTakenForATornEnd) {
    append_singly(5);
    auto& bytes = disk_.contents(files().back());
    const std::size_t second =
        kSegmentHeaderBytes + *claimed_bytes(std::span{bytes}.subspan(40)) + 40;
    bytes[second] ^= std::byte{1};
    open();
    EXPECT_TRUE(said_.says("events are lost"));
    EXPECT_EQ(last(), 5U);
    const auto before = log_->read(LogPosition{0}, 10);
    ASSERT_TRUE(before);
    EXPECT_EQ(before->size(), 1U) << "what stands before the damage is given first";
    const auto damage = log_->read(LogPosition{1}, 10);
    ASSERT_FALSE(damage);
    EXPECT_EQ(damage.error().code(), ErrorCode::data_loss);
    EXPECT_NE(damage.error().message().find(".events is damaged at offset"), std::string::npos);
    EXPECT_EQ(log_->beyond_damage(LogPosition{1}).value(), 2U);
    EXPECT_EQ(log_->read(LogPosition{2}, 10)->size(), 3U);
    EXPECT_EQ(log_->beyond_damage(LogPosition{2}).value(), 2U);
}

TEST_F(SegmentedLogTest, ADamagedHeaderCostsItsOwnFileAlone) {
    append_singly(30);
    ASSERT_GE(files().size(), 3U);
    const auto second = files()[1];
    const auto newest = files().back();
    disk_.contents(second)[3] ^= std::byte{4};
    disk_.contents(newest)[20] ^= std::byte{4};
    open();
    EXPECT_TRUE(said_.says("a file of the event log cannot be read"));
    ASSERT_TRUE(log_->append(std::vector<Envelope>{numbered_event(1)}));
    EXPECT_GT(last(), 30U) << "a position may have been used and must not be used again";
    const LogPosition gap{first_of_segment(second)->value() - 1};
    EXPECT_FALSE(log_->read(gap, 1));
    EXPECT_EQ(log_->beyond_damage(gap).value() + 1, first_of_segment(files()[2])->value());
}

TEST_F(SegmentedLogTest, AFileThatIsMissingIsDamage) {
    append_singly(30);
    const auto second = *first_of_segment(files()[1]);
    log_.reset();
    ASSERT_TRUE(disk_.mount()->remove(files()[1]));
    open();
    const auto gap = log_->read(LogPosition{second.value() - 1}, 1);
    ASSERT_FALSE(gap);
    EXPECT_EQ(gap.error().code(), ErrorCode::data_loss);
}

TEST_F(SegmentedLogTest, RefusesAFileOfANewerForm) {
    ASSERT_TRUE(append(1));
    auto& bytes = disk_.contents(files().front());
    bytes[8] = std::byte{2};
    constexpr std::size_t kSealed = kSegmentHeaderBytes - 4; // every version seals these alike
    const auto seal = static_cast<std::uint32_t>(
        crc32_z(0, static_cast<const Bytef*>(static_cast<const void*>(bytes.data())), kSealed));
    std::memcpy(&bytes[kSealed], &seal, sizeof seal);
    log_.reset();
    const auto refused = try_open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(refused.error().message().find("disk/00000000000000000001.events: a newer Vedette"),
              std::string::npos)
        << refused.error().message();
}

TEST_F(SegmentedLogTest, AFullDiskRefusesAndLaterTakesAgain) {
    ASSERT_TRUE(append(1));
    disk_.set_fault([](std::uint64_t) { return Error{ErrorCode::resource_exhausted, "No space"}; });
    for (int i = 0; i < 3; ++i) {
        const auto refused = append(2);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::resource_exhausted);
        EXPECT_NE(refused.error().message().find("No space"), std::string::npos);
        EXPECT_EQ(count_intact(), 1U);
    }
    disk_.set_fault(nullptr);
    EXPECT_EQ(append(2)->value(), 3U);
    power_cut();
    EXPECT_EQ(count_intact(), 3U);
}

TEST_F(SegmentedLogTest, AfterAFailedWriteTheSameFileIsUsedOn) {
    ASSERT_TRUE(append(1));
    fail_call(1, ErrorCode::resource_exhausted);
    ASSERT_FALSE(append(1));
    ASSERT_TRUE(append(1));
    EXPECT_EQ(files().size(), 1U);
    power_cut();
    EXPECT_EQ(count_intact(), 2U);
}

TEST_F(SegmentedLogTest, AfterAFailedFlushTheFileIsNeverWrittenAgain) {
    ASSERT_TRUE(append(1));
    fail_call(2, ErrorCode::unavailable);
    const auto refused = append(1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
    EXPECT_EQ(last(), 1U);
    ASSERT_TRUE(append(1));
    EXPECT_EQ(files().size(), 2U);
    power_cut();
    EXPECT_EQ(count_intact(), 2U);
}

TEST_F(SegmentedLogTest, RefusesAnAppendThatIsTooLarge) {
    const std::vector<Envelope> events(33, numbered_event(1, 1 << 20));
    const auto refused = log_->append(events);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(refused.error().message().find("32 MiB"), std::string::npos);
}

TEST_F(SegmentedLogTest, CallersAtTheSameTimeShareAFlush) {
    constexpr std::size_t kWriters = 8;
    constexpr std::size_t kRounds = 40;
    const std::uint64_t before = disk_.syncs();
    std::barrier together{kWriters};
    {
        std::vector<std::jthread> writers;
        for (std::size_t i = 0; i < kWriters; ++i)
            writers.emplace_back([&] {
                for (std::size_t round = 0; round < kRounds; ++round) {
                    together.arrive_and_wait();
                    EXPECT_TRUE(log_->append(std::vector<Envelope>{numbered_event(round)}));
                }
            });
    }
    EXPECT_EQ(last(), kWriters * kRounds);
    const std::uint64_t files_made = files().size() * 2;
    EXPECT_LT(disk_.syncs() - before, kWriters * kRounds + files_made);
}

TEST_F(SegmentedLogTest, PagesEndBeforeTheyFillTheMemory) {
    const std::vector<Envelope> events(20, numbered_event(1, 1 << 20));
    ASSERT_TRUE(log_->append(events));
    const auto page = log_->read(LogPosition{}, 1000);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->size(), 8U);
}

} // namespace
} // namespace vedette::events
