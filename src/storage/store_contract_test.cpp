#include "test_store.h"
#include "vedette/ports/testing/event_store_contract.h"
#include "vedette/ports/testing/object_store_contract.h"
#include "vedette/storage/folder_store.h"

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
