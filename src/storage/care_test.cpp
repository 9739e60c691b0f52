#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <thread>

#include "test_store.h"
#include "vedette/ports/testing/sample_events.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {
namespace {

using ports::LogPosition;
using ports::testing::sample_sighting;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<domain::Event> events(int from, int to) {
    std::vector<domain::Event> out;
    for (int i = from; i < to; ++i)
        out.push_back(sample_sighting("e" + std::to_string(i), "AB" + std::to_string(i), i));
    return out;
}

class CareTest : public ::testing::Test {
protected:
    void fill(int count) {
        const auto store = open_store(file_);
        ASSERT_TRUE(store->apply("store", LogPosition{static_cast<std::uint64_t>(count)},
                                 events(0, count)));
    }
    void execute(const std::string& sql) {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(file_.c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(handle);
        sqlite3_close(handle);
    }
    std::vector<std::string> problems() {
        const auto report = check_store(file_);
        EXPECT_TRUE(report) << report.error().message();
        return report ? report->problems : std::vector<std::string>{"no report"};
    }
    std::uint64_t stored() { return open_store(file_)->extent().value().events; }
    /// Writes over some of a file's pages.
    static void damage(const std::filesystem::path& file, std::uintmax_t from,
                       std::uintmax_t bytes) {
        std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
        stream.seekp(static_cast<std::streamoff>(from));
        stream << std::string(bytes, '\x5a');
    }
    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "store.db";
};

TEST_F(CareTest, ASoundStoreHasNoProblems) {
    fill(300);
    const auto report = check_store(file_).value();
    EXPECT_EQ(report.events, 300U);
    EXPECT_THAT(report.problems, IsEmpty());
}

TEST_F(CareTest, EveryIndexThatDisagreesIsNamed) {
    const std::pair<const char*, const char*> damages[] = {
        {"DELETE FROM plate_sightings WHERE plate = 'AB3'", "index of plates"},
        {"DELETE FROM plates WHERE plate = 'AB3'", "list of plates"},
        {"DELETE FROM plate_blocks", "packed form"},
        {"UPDATE plate_blocks SET texts = x'ff'", "cannot be read"},
        {"DELETE FROM snapshot_uses WHERE snapshot = 'e3.jpg'", "list of snapshots"},
        {"UPDATE totals SET events = 7", "counted"},
        {"UPDATE plate_flow SET sightings = sightings + 1", "more or fewer plates were counted"},
        {"DELETE FROM plate_flow", "more or fewer plates were counted"},
        {"INSERT INTO plate_flow VALUES (1, 99, 5)", "more or fewer plates were counted"},
        {"UPDATE sightings SET first_seen_us_utc = 5 WHERE seq = 3", "differs from its columns"},
        {"UPDATE sightings SET body = x'00' WHERE seq = 3", "cannot be read"},
        {"DELETE FROM sighting_groups", "group that is not there"},
        {"INSERT INTO plate_sightings VALUES ('X', 1, 'ghost', 99999, 1, 0.5)",
         "event that is not there"},
    };
    for (const auto& [sql, words] : damages) {
        std::filesystem::remove(file_);
        fill(10);
        execute(sql);
        EXPECT_THAT(problems(), Contains(HasSubstr(words))) << sql;
        const auto repaired = repair_store(file_);
        ASSERT_TRUE(repaired) << repaired.error().message();
        EXPECT_THAT(problems(), IsEmpty()) << sql;
    }
}

TEST_F(CareTest, RepairKeepsWhatCanBeReadAndTheOldFile) {
    fill(2'000);
    const auto size = std::filesystem::file_size(file_);
    damage(file_, size / 2, 3 * 4'096);
    damage(file_, size / 3, 4'096);
    EXPECT_THAT(problems(), ::testing::Not(IsEmpty()));
    const auto report = repair_store(file_);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_GT(report->kept, 1'500U);
    EXPECT_EQ(report->kept + report->lost, 2'000U);
    EXPECT_THAT(report->problems, ::testing::Not(IsEmpty()));
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(stored(), report->kept);
    EXPECT_EQ(open_store(file_)->position("store").value(), LogPosition{2'000});
    EXPECT_EQ(std::filesystem::file_size(report->damaged), size);
}

TEST_F(CareTest, RepairIsRefusedWhileAServerRuns) {
    fill(1);
    const auto store = open_store(file_);
    EXPECT_EQ(repair_store(file_).error().code(), ErrorCode::unavailable);
    EXPECT_EQ(restore_store(file_, file_).error().code(), ErrorCode::unavailable);
}

TEST_F(CareTest, ABackupIsOneMomentWhileWritingGoesOn) {
    const auto store = open_store(file_);
    std::atomic<bool> done = false;
    std::jthread writer{[&] {
        for (int i = 0; !done && i < 2'000; ++i)
            EXPECT_TRUE(store->apply("store", LogPosition{static_cast<std::uint64_t>(i + 1) * 5},
                                     events(i * 5, i * 5 + 5)));
    }};
    for (int i = 0; i < 5; ++i) {
        const auto to = folder_ / ("backup" + std::to_string(i)).c_str();
        ASSERT_TRUE(store->backup_to(to));
        EXPECT_FALSE(std::filesystem::exists(to.string() + "-wal"));
        EXPECT_FALSE(std::filesystem::exists(to.string() + ".part"));
        EXPECT_THAT(check_store(to).value().problems, IsEmpty());
        const auto copy = open_store(to);
        EXPECT_EQ(copy->position("store").value().value(), copy->extent().value().events);
    }
    done = true;
}

TEST_F(CareTest, RestoresWhatWasBackedUp) {
    fill(20);
    const auto backup = folder_ / "backup";
    ASSERT_TRUE(backup_store(file_, backup));
    ASSERT_TRUE(open_store(file_)->apply("store", LogPosition{99}, events(50, 60)));
    ASSERT_TRUE(restore_store(backup, file_));
    EXPECT_EQ(stored(), 20U);
    EXPECT_EQ(open_store(file_)->position("store").value(), LogPosition{20});
    std::ofstream{file_} << "no database any more";
    ASSERT_TRUE(restore_store(backup, folder_.path() / "elsewhere" / "store.db"));
    ASSERT_TRUE(restore_store(backup, file_)) << "over a file that is no database";
    EXPECT_EQ(stored(), 20U);
}

TEST_F(CareTest, ADamagedBackupIsRefusedAndChangesNothing) {
    fill(1'000);
    const auto good = folder_ / "good";
    const auto bad = folder_ / "bad";
    ASSERT_TRUE(backup_store(file_, good));
    std::filesystem::copy_file(good, bad);
    damage(bad, std::filesystem::file_size(bad) / 2, 4'096 * 2);
    const Status refused = restore_store(bad, file_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::data_loss) << refused.error().message();
    std::ofstream{bad} << "this is no database, but long enough to look like one, one would think";
    EXPECT_EQ(restore_store(bad, file_).error().code(), ErrorCode::data_loss);
    EXPECT_FALSE(restore_store(folder_ / "missing", file_));
    EXPECT_EQ(stored(), 1'000U);
    EXPECT_FALSE(std::filesystem::exists(file_.string() + ".restore"));
}

TEST_F(CareTest, AViewTellsPositionsAndSnapshotsBesideTheWriter) {
    const auto writer = open_store(file_);
    auto seen = events(0, 2);
    seen[0].snapshot = "2026-01-01/a.jpg";
    seen[0].plate_snapshot = "2026-01-01/a-plate.jpg";
    seen[1].snapshot = seen[1].plate_snapshot = "";
    ASSERT_TRUE(writer->apply("store", LogPosition{7}, seen));
    const auto view = StoreView::open(file_).value();
    EXPECT_EQ(view->position("store").value(), LogPosition{7});
    EXPECT_EQ(view->position("nobody").value(), LogPosition{0});
    EXPECT_TRUE(view->needs("2026-01-01/a.jpg").value());
    EXPECT_FALSE(view->needs("2026-01-01/b.jpg").value());
    std::vector<std::string> named;
    ASSERT_TRUE(view->for_each_snapshot([&named](std::string_view snapshot) -> Status {
        named.emplace_back(snapshot);
        return {};
    }));
    EXPECT_THAT(named, ::testing::ElementsAre("2026-01-01/a-plate.jpg", "2026-01-01/a.jpg"));
}

TEST_F(CareTest, AViewOfNothingIsAnErrorAndMakesNoFile) {
    const auto none = StoreView::open(file_);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(CareTest, ALockKeepsTheStoreFromBeingOpenedAndIsRefusedWhileItIs) {
    {
        const auto writer = open_store(file_);
        const auto refused = StoreLock::take(file_);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
    }
    const auto lock = StoreLock::take(file_);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(SqliteStore::open(file_));
}

} // namespace
} // namespace vedette::storage
