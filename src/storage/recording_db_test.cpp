#include "vedette/storage/recording_db.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

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

} // namespace
} // namespace vedette::storage
