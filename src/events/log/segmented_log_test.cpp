#include "log/segmented_log.h"

#include <algorithm>
#include <barrier>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>
#include <zlib.h>

#include "log/crashing_disk.h"
#include "vedette/ports/testing/event_log_contract.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LogPosition;
using ports::testing::EventLogContract;
using ports::testing::numbered_event;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "vedette-log-XXXXXX";
        path_ = mkdtemp(pattern.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Keeps what was said, as one text.
class KeptLog final : public Log {
public:
    void write(LogLevel, std::string_view message, std::span<const LogField>) override {
        text_.append(message).append("\n");
    }
    [[nodiscard]] bool says(std::string_view what) const {
        return text_.find(what) != std::string::npos;
    }

private:
    std::string text_;
};

// ---- the contract, on a real folder and on the disk that crashes ----

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

// ---- one log on a disk that does what the test says ----

class SegmentedLogTest : public ::testing::Test {
protected:
    SegmentedLogTest() { open(); }

    void open() {
        log_.reset();
        auto opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message();
        log_ = *std::move(opened);
    }
    Result<std::unique_ptr<DurableLog>> try_open() {
        return open_segmented_log(disk_.mount(), options_, said_, meters_, clock_);
    }
    void power_cut() {
        log_.reset();
        disk_.crash();
        open();
    }
    Result<LogPosition> append(std::size_t count) {
        std::vector<Envelope> events;
        for (std::size_t i = 1; i <= count; ++i)
            events.push_back(numbered_event(log_->extent().last.value() + i));
        return log_->append(events);
    }
    /// One after the other, each with its own flush.
    void append_singly(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_TRUE(append(1));
    }
    std::uint64_t last() { return log_->extent().last.value(); }
    std::uint64_t first() { return log_->extent().first.value(); }
    /// All of the log; fails the test where an event is not what its position says.
    std::uint64_t count_intact() {
        std::uint64_t count = 0;
        for (LogPosition at; at < log_->extent().last;) {
            const auto page = log_->read(at, 5);
            if (!page || page->empty()) {
                ADD_FAILURE() << "nothing behind " << at.value();
                break;
            }
            for (const auto& one : *page)
                EXPECT_EQ(one.event, numbered_event(one.position.value()));
            count += page->size();
            at = page->back().position;
        }
        return count;
    }
    void fail_call(std::uint64_t which, ErrorCode code) {
        disk_.set_fault([=](std::uint64_t call) -> std::optional<Error> {
            return call == which ? std::optional{Error{code, "No space left"}} : std::nullopt;
        });
    }
    std::vector<std::string> files() { return disk_.names(); }

    CrashingDisk disk_;
    KeptLog said_;
    NullMetrics meters_;
    ManualClock clock_{WallTime{500'000h}};
    DurableLogOptions options_{.segment_bytes = 1000, .segment_age = 24h};
    std::unique_ptr<DurableLog> log_;
};

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

// ---- forgetting ----

TEST_F(SegmentedLogTest, ForgetsWholeFilesOldestFirst) {
    append_singly(30);
    const std::size_t before = files().size();
    const auto third = *first_of_segment(files()[2]);
    ASSERT_TRUE(log_->forget(LogPosition{third.value() + 1}));
    EXPECT_EQ(first(), third.value());
    EXPECT_EQ(files().size(), before - 2);
    ASSERT_TRUE(log_->forget(LogPosition{30}));
    EXPECT_EQ(files().size(), 1U) << "the newest file stays";
    power_cut();
    EXPECT_EQ(last(), 30U);
}

TEST_F(SegmentedLogTest, WhatCannotBeRemovedStays) {
    append_singly(30);
    fail_call(1, ErrorCode::unavailable);
    EXPECT_FALSE(log_->forget(LogPosition{30}));
    EXPECT_EQ(first(), 1U);
    EXPECT_EQ(count_intact(), 30U);
}

TEST_F(SegmentedLogTest, KeepsByAge) {
    ASSERT_TRUE(append(3));
    clock_.advance(48h);
    ASSERT_TRUE(append(3));
    auto report = log_->retain({.older_than = clock_.wall_now() - 72h});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->events, 0U);
    report = log_->retain({.older_than = clock_.wall_now() - 30h});
    EXPECT_EQ(report->events, 0U)
        << "what is in it may have been appended up to a day after it was started";
    report = log_->retain({.older_than = clock_.wall_now()});
    EXPECT_EQ(report->events, 3U);
    EXPECT_EQ(report->unread, 0U);
    EXPECT_GT(report->bytes, 0U);
    EXPECT_EQ(first(), 4U);
    clock_.advance(48h);
    report = log_->retain({.older_than = clock_.wall_now() - 1h});
    EXPECT_EQ(report->events, 3U) << "the newest file, too, when all in it is old";
    EXPECT_EQ(last(), 6U);
    power_cut();
    EXPECT_EQ(append(1)->value(), 7U);
}

TEST_F(SegmentedLogTest, FreesAFullDiskBeforeItAsksForMore) {
    append_singly(30);
    clock_.advance(100h);
    const auto newest = *first_of_segment(files().back());
    const std::uint64_t to_remove_all_others = 2 * (files().size() - 1);
    disk_.set_fault([=](std::uint64_t call) -> std::optional<Error> {
        return call > to_remove_all_others
                   ? std::optional{Error{ErrorCode::resource_exhausted, "No space left"}}
                   : std::nullopt;
    });
    const auto refused = log_->retain({.older_than = clock_.wall_now()});
    ASSERT_FALSE(refused) << "the newest file could not make way for a new one";
    EXPECT_EQ(first(), newest.value());
    disk_.set_fault(nullptr);
    EXPECT_TRUE(log_->retain({.older_than = clock_.wall_now()}));
    EXPECT_EQ(first(), 31U);
}

TEST_F(SegmentedLogTest, AgeWaitsForTheSlowestSubscriberAndSizeDoesNot) {
    append_singly(30);
    clock_.advance(100h);
    ASSERT_TRUE(append(1));
    const auto second = *first_of_segment(files()[1]);
    auto report = log_->retain({.older_than = clock_.wall_now(), .handled = second});
    EXPECT_EQ(report->events, second.value() - 1) << "only the first file was read to its end";
    EXPECT_EQ(report->unread, 0U);
    EXPECT_FALSE(said_.says("had not handled"));

    const std::uint64_t size = log_->extent().bytes;
    report = log_->retain({.max_bytes = size / 2, .handled = second});
    EXPECT_LE(log_->extent().bytes, size / 2);
    EXPECT_EQ(report->unread, report->events - 1) << "one of them had been handled";
    EXPECT_TRUE(said_.says("had not handled"));
}

// ---- the real folder ----

TEST(DurableLog, MakesItsFolderForItsOwnerAlone) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    ASSERT_TRUE(DurableLog::open(folder.path() / "new" / "", {}, quiet, meters, clock));
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "new").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(DurableLog, BelongsToOneProcessAtATime) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    auto first = DurableLog::open(folder.path(), {}, quiet, meters, clock);
    ASSERT_TRUE(first);
    const auto second = DurableLog::open(folder.path(), {}, quiet, meters, clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::unavailable);
    EXPECT_NE(second.error().message().find("in use by another Vedette (process " +
                                            std::to_string(::getpid())),
              std::string::npos)
        << second.error().message();
    first->reset();
    EXPECT_TRUE(DurableLog::open(folder.path(), {}, quiet, meters, clock));
}

TEST(DurableLog, SaysWhyAFolderCannotBeUsed) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    const auto file = folder.path() / "file";
    {
        const auto made = open_folder(folder.path(), FolderUse::shared);
        ASSERT_TRUE((*made)->open("file", LogFiles::Open::create));
    }
    const auto inside = DurableLog::open(file / "log", {}, quiet, meters, clock);
    ASSERT_FALSE(inside);
    EXPECT_NE(inside.error().message().find("Not a directory"), std::string::npos)
        << inside.error().message();
    // Nobody may make files there, not even the superuser.
    const auto read_only = DurableLog::open("/proc/self/fdinfo", {}, quiet, meters, clock);
    ASSERT_FALSE(read_only);
    EXPECT_NE(read_only.error().message().find("/proc/self/fdinfo"), std::string::npos);
    EXPECT_FALSE(DurableLog::open(folder.path(), {.segment_bytes = 1}, quiet, meters, clock));
}

TEST(DurableLog, ReadsOldFilesWhileTheyAreForgotten) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    const auto log =
        *DurableLog::open(folder.path(), {.segment_bytes = 64 << 10}, quiet, meters, clock);
    for (int i = 0; i < 40; ++i) // 20 files, more than are kept open
        ASSERT_TRUE(log->append(std::vector<Envelope>(2, numbered_event(1, 16 << 10))));
    std::jthread forgetting{[&] {
        for (std::uint64_t up_to = 1; up_to < 80; up_to += 2)
            EXPECT_TRUE(log->forget(LogPosition{up_to}));
    }};
    for (LogPosition at; at < log->extent().last;) {
        const auto page = log->read(at, 3);
        ASSERT_TRUE(page) << page.error().message();
        ASSERT_FALSE(page->empty());
        ASSERT_GT(page->front().position, at);
        at = page->back().position;
    }
}

} // namespace
} // namespace vedette::events
