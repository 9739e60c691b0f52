#include "vedette/storage/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sstream>
#include <sys/stat.h>
#include <tuple>

#include "sqlite/migrate.h"
#include "test_store.h"
#include "vedette/ports/testing/sample_events.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {
namespace {

using ports::LogPosition;
using ports::testing::sample_event;
using ports::testing::sample_sighting;

Error refusal(const std::filesystem::path& file) {
    const auto store = SqliteStore::open(file);
    EXPECT_FALSE(store);
    return store ? Error{ErrorCode::internal, "it opened"} : store.error();
}

void execute(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
}

TEST(SqliteStore, IsForItsOwnerAlone) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "new" / "folder" / "store.db";
    const auto store = open_store(file);
    ASSERT_TRUE(store->apply("s", LogPosition{1}, std::vector{sample_event("a")}));
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
        struct stat info {};
        ASSERT_EQ(::stat((file.string() + suffix).c_str(), &info), 0) << suffix;
        EXPECT_EQ(info.st_mode & 0777U, 0600U) << suffix;
    }
    struct stat info {};
    ASSERT_EQ(::stat(file.parent_path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST(SqliteStore, GoesOnAfterItGaveItsMemoryBack) {
    const TemporaryFolder folder;
    const auto store = open_store(folder / "store.db");
    std::vector<domain::Event> events; // more than a cache's first pages, which it keeps
    for (int i = 0; i < 500; ++i)
        events.push_back(sample_sighting(std::to_string(i), "AB" + std::to_string(i), i));
    ASSERT_TRUE(store->apply("s", LogPosition{1}, events));
    int before = 0;
    int after = 0;
    int highest = 0;
    sqlite3_status(SQLITE_STATUS_PAGECACHE_OVERFLOW, &before, &highest, 0);
    store->release_memory();
    sqlite3_status(SQLITE_STATUS_PAGECACHE_OVERFLOW, &after, &highest, 0);
    EXPECT_LT(after, before);
    EXPECT_EQ(store->find(events.front().id), events.front());
    EXPECT_TRUE(store->apply("s", LogPosition{2}, std::vector{sample_event("b", 2)}));
    EXPECT_EQ(store->extent()->events, 501U);
}

TEST(SqliteStore, HasOneWritingProgram) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    auto first = open_store(file);
    const Error error = refusal(file);
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("another Vedette"));
    first.reset();
    EXPECT_TRUE(SqliteStore::open(file));
}

TEST(SqliteStore, RefusesADatabaseOfAnotherProgramAndLeavesItAlone) {
    const TemporaryFolder folder;
    const auto file = folder / "other.db";
    execute(file, "CREATE TABLE theirs (x); PRAGMA user_version = 1;");
    const std::string before = contents_of(file);
    const Error error = refusal(file);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("another program"));
    EXPECT_EQ(contents_of(file), before);
}

TEST(SqliteStore, RefusesANewerSchemaAndSaysWhatToDo) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    open_store(file).reset();
    execute(file, "PRAGMA user_version = 4711");
    const Error error = refusal(file);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("schema 4711 is newer"));
    EXPECT_THAT(error.message(), ::testing::HasSubstr("update Vedette"));
}

TEST(SqliteStore, RefusesWhatIsNoDatabase) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    std::ofstream{file} << std::string(10'000, 'x');
    const Error error = refusal(file);
    EXPECT_EQ(error.code(), ErrorCode::data_loss);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("vedette restore"));
    EXPECT_EQ(contents_of(file), std::string(10'000, 'x'));
    EXPECT_EQ(refusal(folder.path()).code(), ErrorCode::invalid_argument) << "a folder";
}

TEST(SqliteStore, AFailedMigrationIsTakenBackAsAWhole) {
    const TemporaryFolder folder;
    auto connection = Connection::open(folder / "store.db", Access::create, {}).value();
    auto migrations = builtin_migrations();
    migrations.push_back({"0099_wrong.sql", "CREATE TABLE fine (x); CREATE TABEL wrong (x);"});
    const Status failed = migrate(connection, migrations);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message(), ::testing::HasSubstr("0099_wrong.sql"));
    EXPECT_EQ(connection.number("PRAGMA user_version").value(),
              static_cast<std::int64_t>(builtin_migrations().size()));
    EXPECT_FALSE(connection.number("SELECT count(*) FROM fine"));
    EXPECT_TRUE(migrate(connection, builtin_migrations())) << "what was reached is a whole schema";
}

TEST(SqliteStore, AStoreOfTheFirstSchemaIsBroughtUpToDate) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    {
        auto store = open_store(file);
        std::vector<domain::Event> events;
        ports::testing::ChanceEvents chance{3};
        for (int i = 0; i < 200; ++i)
            events.push_back(chance.event());
        ASSERT_TRUE(store->apply("s", LogPosition{1}, events));
    }
    const auto passes = [&] {
        const auto store = open_store(file);
        return std::tuple{
            store->passes_at(domain::CameraId{"camera-1"}, {{}, WallTime::max()}, 99),
            store->flow_at(domain::CameraId{"camera-1"}, {WallTime::min(), WallTime::max()})};
    };
    const auto before = passes();
    ASSERT_FALSE(std::get<0>(before).value().rows.empty());
    execute(file, "DROP TABLE plate_flow; DROP INDEX plate_sightings_by_group; "
                  "PRAGMA user_version = 1"); // as the first schema was
    const auto after = passes();
    EXPECT_EQ(std::get<0>(after).value(), std::get<0>(before).value());
    EXPECT_EQ(std::get<1>(after).value(), std::get<1>(before).value());
    EXPECT_THAT(check_store(file)->problems, ::testing::IsEmpty());
}

TEST(SqliteStore, EveryColumnSaysItsUnit) {
    for (const Migration& migration : builtin_migrations()) {
        std::istringstream lines{migration.sql};
        bool in_table = false;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("CREATE TABLE"))
                in_table = true;
            else if (line.starts_with(")"))
                in_table = false;
            else if (in_table && line.find("KEY (") == std::string::npos &&
                     !line.starts_with("    UNIQUE (")) {
                EXPECT_THAT(line, ::testing::HasSubstr("-- ")) << migration.name;
            }
        }
    }
}

TEST(SqliteStore, NothingOfWhatIsForgottenStaysInItsFiles) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    auto store = open_store(file);
    std::vector<domain::Event> events;
    for (int i = 0; i < 300; ++i)
        events.push_back(sample_sighting("kept" + std::to_string(i), "K" + std::to_string(i), 900));
    for (int i = 0; i < 300; ++i)
        events.push_back(
            sample_sighting("secret" + std::to_string(i), "SECRETPLATE" + std::to_string(i), i));
    ASSERT_TRUE(store->apply("store", LogPosition{1}, events));
    const auto files = [&] { return contents_of(file) + contents_of(file.string() + "-wal"); };
    ASSERT_THAT(files(), ::testing::HasSubstr("SECRETPLATE7"));
    ASSERT_TRUE(store->forget(WallTime{std::chrono::microseconds{800}}, 1'000));
    EXPECT_EQ(files().find("SECRETPLATE"), std::string::npos);
    ASSERT_TRUE(store->forget(WallTime{std::chrono::microseconds{800}}, 1'000));
    ASSERT_TRUE(store->sync());
    EXPECT_EQ(files().find("secret"), std::string::npos) << "their snapshots were given out";
    EXPECT_NE(files().find("kept299"), std::string::npos);
}

TEST(SqliteStore, GivesSnapshotsOutAgainIfNobodyCameToDeleteThem) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    auto store = open_store(file);
    ASSERT_TRUE(
        store->apply("s", LogPosition{1}, std::vector{sample_event("a", 1), sample_event("b", 2)}));
    EXPECT_THAT(store->forget(WallTime::max(), 1).value(), ::testing::ElementsAre("a.jpg"));
    store = nullptr;
    store = open_store(file); // as after a crash between forgetting and deleting
    EXPECT_THAT(store->forget(WallTime::max(), 0).value(), ::testing::ElementsAre("a.jpg"));
    EXPECT_THAT(store->forget(WallTime::max(), 0).value(), ::testing::IsEmpty());
}

TEST(SqliteStore, ItsBytesAreThoseInUse) {
    const TemporaryFolder folder;
    auto store = open_store(folder / "store.db");
    const auto empty = store->extent().value().bytes;
    std::vector<domain::Event> events;
    for (int i = 0; i < 500; ++i)
        events.push_back(sample_event("e" + std::to_string(i), i));
    ASSERT_TRUE(store->apply("s", LogPosition{1}, events));
    EXPECT_GT(store->extent().value().bytes, empty + 100'000);
    ASSERT_TRUE(store->forget(WallTime::max(), 1'000));
    ASSERT_TRUE(store->forget(WallTime::max(), 0));
    EXPECT_LE(store->extent().value().bytes, empty + 8'192);
}

TEST(SqliteStore, GivesSpaceBackToTheDisk) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    const auto store = open_store(file);
    std::vector<domain::Event> events;
    for (int i = 0; i < 2'000; ++i)
        events.push_back(sample_sighting("e" + std::to_string(i), "AB" + std::to_string(i), i));
    ASSERT_TRUE(store->apply("s", LogPosition{1}, events));
    ASSERT_TRUE(store->sync());
    const auto full = std::filesystem::file_size(file);
    EXPECT_EQ(store->shrink(full / 2), false) << "all of it is in use";
    ASSERT_TRUE(store->forget(WallTime::max(), 1'500));
    EXPECT_EQ(std::filesystem::file_size(file), full) << "to be filled again";
    EXPECT_EQ(store->shrink(full), false);
    ASSERT_TRUE(store->shrink(full / 2));
    EXPECT_LE(std::filesystem::file_size(file), full / 2);
    EXPECT_EQ(store->extent()->events, 500U);
    EXPECT_TRUE(check_store(file)->problems.empty());
}

} // namespace
} // namespace vedette::storage
