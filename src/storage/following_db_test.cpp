#include "vedette/storage/following_db.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <sys/stat.h>

#include "sqlite/connection.h"
#include "testing/temporary_folder.h"
#include "vedette/ports/testing/following_store_contract.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::ports::testing {
namespace {

struct FollowingDbBackend {
    FollowingStore& store() { return *db; }
    void reopen() {
        db.reset();
        db = open();
    }
    std::unique_ptr<storage::FollowingDb> open() {
        auto opened = storage::FollowingDb::open(folder / "following.db");
        EXPECT_TRUE(opened) << opened.error().message();
        return *std::move(opened);
    }
    TemporaryFolder folder;
    std::unique_ptr<storage::FollowingDb> db = open();
};
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, FollowingStoreContract, FollowingDbBackend);

} // namespace
} // namespace vedette::ports::testing

namespace vedette::storage {
namespace {

ports::FollowingRecord record(const std::string& vehicle) {
    return {.id = "fc-" + vehicle,
            .subject = "AB123",
            .vehicle = vehicle,
            .state = "open",
            .score = "following-1",
            .opened = {},
            .updated = {},
            .llr = 7,
            .revision = 0,
            .body = "{\"vehicle\":\"" + vehicle + "\"}",
            .evidence = "{\"vehicle\":\"" + vehicle + "\"}"};
}

std::string content(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

TEST(FollowingDb, IsForItsOwnerAlone) {
    const TemporaryFolder folder;
    ASSERT_TRUE(FollowingDb::open(folder / "following.db"));
    struct stat info {};
    ASSERT_EQ(::stat((folder / "following.db").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(FollowingDb, LeavesNoTraceOfAPlateOnTheDisk) {
    const TemporaryFolder folder;
    const auto db = FollowingDb::open(folder / "following.db").value();
    ASSERT_TRUE(db->commit({.up_to = ports::LogPosition{1},
                            .cases = {record("ZZ99SECRET"), record("EF789")},
                            .announce = {},
                            .state = ports::FollowingState{ports::LogPosition{1}, "ZZ99SECRET"}}));
    ASSERT_EQ(db->forget("ZZ99SECRET").value(), 1U);
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
        EXPECT_EQ(content(entry.path()).find("ZZ99SECRET"), std::string::npos) << entry.path();
    EXPECT_TRUE(db->find("fc-EF789"));
}

TEST(FollowingDb, MayBeOpenedByTwoAndLosesNoChangeOfEither) {
    const TemporaryFolder folder;
    const auto server = FollowingDb::open(folder / "following.db").value();
    const auto command = FollowingDb::open(folder / "following.db").value();
    ASSERT_TRUE(server->commit({.up_to = {}, .cases = {record("A")}, .announce = {}, .state = {}}));
    auto theirs = command->find("fc-A").value();
    const auto mine = server->find("fc-A").value();
    theirs.state = "confirmed";
    ASSERT_TRUE(command->commit({.up_to = {}, .cases = {theirs}, .announce = {}, .state = {}}));
    EXPECT_EQ(
        server->commit({.up_to = {}, .cases = {mine}, .announce = {}, .state = {}}).error().code(),
        ErrorCode::already_exists);
    EXPECT_EQ(server->find("fc-A").value().state, "confirmed");
}

TEST(FollowingDb, IsNotOneOfSightings) {
    const TemporaryFolder folder;
    { ASSERT_TRUE(SqliteStore::open(folder / "vedette.db")); }
    EXPECT_EQ(FollowingDb::open(folder / "vedette.db").error().code(), ErrorCode::invalid_argument);
}

TEST(FollowingDb, BringsTheFirstSchemaUpToDate) {
    const TemporaryFolder folder;
    const auto file = folder / "following.db";
    {
        const auto db = FollowingDb::open(file).value();
        ASSERT_TRUE(db->commit({.up_to = ports::LogPosition{4},
                                .cases = {record("A")},
                                .announce = {},
                                .state = ports::FollowingState{ports::LogPosition{3}, "known"}}));
    }
    {
        auto connection = Connection::open(file, Access::write, std::chrono::seconds{5}).value();
        ASSERT_TRUE(connection.execute(
            "DROP TABLE following_pauses; PRAGMA user_version = 1")); // as it was
    }
    EXPECT_NE(check_following(file).error().message().find("older than 2"), std::string::npos);
    const auto db = FollowingDb::open(file).value();
    EXPECT_TRUE(db->find("fc-A"));
    EXPECT_EQ(db->position().value(), ports::LogPosition{4});
    EXPECT_EQ(db->state().value()->bytes, "known");
    EXPECT_TRUE(db->pauses().value().empty());
    EXPECT_TRUE(check_following(file)->problems.empty());
}

TEST(FollowingDb, ItsCasesAreGoneThroughFromOutside) {
    const TemporaryFolder folder;
    const auto db = FollowingDb::open(folder / "following.db").value();
    auto judged = record("B");
    judged.state = "confirmed";
    ASSERT_TRUE(
        db->commit({.up_to = {}, .cases = {record("A"), judged}, .announce = {}, .state = {}}));
    std::set<std::string> seen;
    const auto note = [&seen](std::string_view state, std::string_view body) -> Status {
        seen.insert(std::string{state} + " " + std::string{body});
        return {};
    };
    ASSERT_TRUE(for_each_case(folder / "following.db", note));
    EXPECT_EQ(seen,
              (std::set<std::string>{"open {\"vehicle\":\"A\"}", "confirmed {\"vehicle\":\"B\"}"}));
    const auto refuse = [](std::string_view, std::string_view) -> Status {
        return Error{ErrorCode::cancelled, "enough"};
    };
    EXPECT_EQ(for_each_case(folder / "following.db", refuse).error().message(), "enough");
    EXPECT_FALSE(for_each_case(folder / "none.db", note));
}

TEST(FollowingDb, LeavesNoTraceOfACaseThatWasRemoved) {
    const TemporaryFolder folder;
    const auto db = FollowingDb::open(folder / "following.db").value();
    ASSERT_TRUE(db->commit({.up_to = {},
                            .cases = {record("ZZ99SECRET"), record("EF789")},
                            .announce = {},
                            .state = ports::FollowingState{ports::LogPosition{1}, "ZZ99SECRET"}}));
    ASSERT_TRUE(db->commit({.up_to = {},
                            .cases = {},
                            .announce = {},
                            .state = ports::FollowingState{ports::LogPosition{2}, "EF789"},
                            .pauses = {},
                            .remove = {{"fc-ZZ99SECRET", 1}}}));
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
        EXPECT_EQ(content(entry.path()).find("ZZ99SECRET"), std::string::npos) << entry.path();
    EXPECT_TRUE(db->find("fc-EF789"));
}

TEST(FollowingDb, IsCopiedWhileItIsUsed) {
    const TemporaryFolder folder;
    const auto db = FollowingDb::open(folder / "following.db").value();
    ASSERT_TRUE(db->commit({.up_to = ports::LogPosition{4},
                            .cases = {record("A"), record("B")},
                            .announce = {},
                            .state = {}}));
    const Status copied = backup_following(folder / "following.db", folder / "copy.db");
    ASSERT_TRUE(copied) << copied.error().message();
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db-wal"));
    struct stat info {};
    ASSERT_EQ(::stat((folder / "copy.db").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    const auto report = check_following(folder / "copy.db");
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->cases, 2U);
    EXPECT_TRUE(report->problems.empty());
    const auto copy = FollowingDb::open(folder / "copy.db").value();
    EXPECT_EQ(copy->find("fc-B").value(), db->find("fc-B").value());
    EXPECT_EQ(copy->position().value(), ports::LogPosition{4});
}

TEST(FollowingDb, SaysWhatIsDamagedAndWhatIsSomethingElse) {
    const TemporaryFolder folder;
    {
        const auto db = FollowingDb::open(folder / "following.db").value();
        for (int i = 0; i < 200; ++i)
            ASSERT_TRUE(db->commit({.up_to = {},
                                    .cases = {record("V" + std::to_string(i))},
                                    .announce = {},
                                    .state = {}}));
    }
    std::fstream{folder / "following.db", std::ios::binary | std::ios::in | std::ios::out}.seekp(
        std::streamoff{4} * 4096)
        << std::string(4096, 'x');
    const auto damaged = check_following(folder / "following.db");
    EXPECT_TRUE(!damaged || !damaged->problems.empty());
    { ASSERT_TRUE(SqliteStore::open(folder / "vedette.db")); }
    EXPECT_FALSE(check_following(folder / "vedette.db"));
    EXPECT_FALSE(backup_following(folder / "vedette.db", folder / "copy.db"));
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db"));
}

TEST(FollowingDb, RefusesAFileThatIsNoDatabase) {
    const TemporaryFolder folder;
    std::ofstream{folder / "following.db"} << std::string(4096, 'x');
    EXPECT_EQ(FollowingDb::open(folder / "following.db").error().code(), ErrorCode::data_loss);
}

} // namespace
} // namespace vedette::storage
