#include "test_store.h"
#include "vedette/ports/testing/event_store_contract.h"
#include "vedette/ports/testing/object_store_contract.h"
#include "vedette/ports/testing/pass_index_contract.h"
#include "vedette/storage/folder_store.h"
#include "vedette/storage/pass_view.h"

namespace vedette::ports::testing {
namespace {

struct SqliteBackend {
    EventStore& store() { return *sqlite; }
    void reopen() {
        sqlite.reset();
        sqlite = storage::open_store(file);
    }
    TemporaryFolder folder;
    std::filesystem::path file = folder / "store.db";
    std::unique_ptr<storage::SqliteStore> sqlite = storage::open_store(file);
};
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, EventStoreContract, SqliteBackend);

struct SqlitePasses {
    const PassIndex& index() { return *sqlite; }
    void add(const std::vector<domain::Event>& events) {
        EXPECT_TRUE(sqlite->apply("test", LogPosition{1}, events));
    }
    void forget(WallTime before) { EXPECT_TRUE(sqlite->forget(before, 1'000'000)); }
    TemporaryFolder folder;
    std::unique_ptr<storage::SqliteStore> sqlite = storage::open_store(folder / "store.db");
};
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, PassIndexContract, SqlitePasses);

/// The same store, seen from another process.
struct SqlitePassesFromOutside : SqlitePasses {
    const PassIndex& index() { return *view; }
    std::unique_ptr<storage::PassView> view = storage::PassView::open(folder / "store.db").value();
};
INSTANTIATE_TYPED_TEST_SUITE_P(SqliteFromOutside, PassIndexContract, SqlitePassesFromOutside);

struct FolderBackend {
    ObjectStore& store() { return *objects; }
    void reopen() { objects = open(); }
    std::unique_ptr<storage::FolderStore> open() {
        auto opened = storage::FolderStore::open(folder / "objects");
        EXPECT_TRUE(opened) << opened.error().message();
        return *std::move(opened);
    }
    TemporaryFolder folder;
    std::unique_ptr<storage::FolderStore> objects = open();
};
INSTANTIATE_TYPED_TEST_SUITE_P(Folder, ObjectStoreContract, FolderBackend);

} // namespace
} // namespace vedette::ports::testing
