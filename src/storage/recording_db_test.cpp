#include "vedette/storage/recording_db.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "sqlite/connection.h"
#include "sqlite/migrate.h"
#include "sqlite/recording_schema.h"
#include "testing/temporary_folder.h"
#include "vedette/ports/testing/recording_index_contract.h"
#include "vedette/storage/following_db.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::ports::testing {
namespace {

struct RecordingDbBackend {
    RecordingIndex& index() { return *db; }
    void reopen() {
        db.reset();
        db = open();
    }
    std::unique_ptr<storage::RecordingDb> open() {
        auto opened = storage::RecordingDb::open(folder / "recordings.db");
        EXPECT_TRUE(opened) << opened.error().message();
        return *std::move(opened);
    }
    TemporaryFolder folder;
    std::unique_ptr<storage::RecordingDb> db = open();
};
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, RecordingIndexContract, RecordingDbBackend);

} // namespace
} // namespace vedette::ports::testing

namespace vedette::storage {
namespace {

TEST(RecordingDb, IsForItsOwnerAlone) {
    const TemporaryFolder folder;
    ASSERT_TRUE(RecordingDb::open(folder / "recordings.db"));
    struct stat info {};
    ASSERT_EQ(::stat((folder / "recordings.db").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(RecordingDb, RefusesADatabaseOfSomethingElse) {
    const TemporaryFolder folder;
    ASSERT_TRUE(SqliteStore::open(folder / "vedette.db"));
    ASSERT_TRUE(FollowingDb::open(folder / "following.db"));
    for (const char* other : {"vedette.db", "following.db"}) {
        const auto opened = RecordingDb::open(folder / other);
        ASSERT_FALSE(opened) << other;
        EXPECT_EQ(opened.error().code(), ErrorCode::invalid_argument);
    }
}

/// A database as the first version left it: `rows` recordings of gate, the second of which has a
/// detection and the last of which was being deleted.
void make_first_version(const std::filesystem::path& file, int rows) {
    auto connection = Connection::open(file, Access::create, std::chrono::seconds{5}).value();
    const auto steps = recording_migrations();
    ASSERT_TRUE(migrate(connection, std::span{steps}.first(1)));
    for (int i = 0; i < rows; ++i) {
        const std::string start = std::to_string(i * 10'000'000);
        ASSERT_TRUE(connection.execute(
            "INSERT INTO segments VALUES (NULL, 'gate', 'gate/" + std::to_string(i) + ".mp4', " +
            start + ", " + start + " + 10000000, 1000, '" + std::string(64, 'a') +
            "', 'h264', '', 1, 1, x'', 0, '', 0.25, " + (i == 1 ? "0.5" : "0.0") + ", 0.0, 1, " +
            (i == rows - 1 ? "1" : "0") + ")"));
    }
}

TEST(RecordingDb, TakesOverWhatTheFirstVersionKnew) {
    const TemporaryFolder folder;
    const auto file = folder / "recordings.db";
    make_first_version(file, 4);
    for (int start = 0; start < 2; ++start) { // and is there when it is opened again
        const auto opened = RecordingDb::open(file);
        ASSERT_TRUE(opened) << opened.error().message();
        const RecordingDb& db = **opened;
        const auto rows = db.list({}).value();
        ASSERT_EQ(rows.size(), 3U);
        EXPECT_EQ(rows[0].activity,
                  (ports::RecordedActivity{.motion = 0.25, .object = 0, .alert = 0}));
        EXPECT_EQ(rows[1].activity, (ports::RecordedActivity{
                                        .motion = 0.25, .object = 0.5, .alert = 0, .seen = 0.5}));
        EXPECT_TRUE(rows[1].kept);
        EXPECT_EQ(rows[1].tier, "");
        EXPECT_EQ(db.doomed("", 10)->size(), 1U);
        EXPECT_EQ(db.tier_extents().value(),
                  (std::vector{ports::TierExtent{"", domain::CameraId{"gate"}, 3, 3'000, 1'000}}));
        EXPECT_EQ(db.extents()->front().bytes, 3'000U);
    }
}

TEST(RecordingDb, RefusesWhatANewerVersionWrote) {
    const TemporaryFolder folder;
    const auto file = folder / "recordings.db";
    ASSERT_TRUE(RecordingDb::open(file));
    {
        auto connection = Connection::open(file, Access::write, std::chrono::seconds{5}).value();
        ASSERT_TRUE(connection.execute("PRAGMA user_version = 99"));
    }
    const auto opened = RecordingDb::open(file);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(opened.error().message().find("newer"), std::string::npos);
}

} // namespace
} // namespace vedette::storage
