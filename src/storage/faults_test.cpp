#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fault_disk.h"
#include "test_store.h"
#include "vedette/ports/testing/sample_events.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {

/// SQLite sees this; the real file lies right behind it in the same memory.
struct FaultDisk::File {
    sqlite3_file base;
    FaultDisk* disk;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
};

FaultDisk::FaultDisk() : real_{sqlite3_vfs_find(nullptr)}, vfs_{*real_}, methods_{methods()} {
    vfs_.zName = "vedette-faults";
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.xOpen = &FaultDisk::open;
    sqlite3_vfs_register(&vfs_, 1);
}

FaultDisk::~FaultDisk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
}

int FaultDisk::next_write() {
    for (int left = left_; left > 0;)
        if (left_.compare_exchange_weak(left, left - 1))
            return SQLITE_OK;
    return left_ == kHealthy ? SQLITE_OK : code_.load();
}

int FaultDisk::open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
                    int* opened) {
    auto* const disk = static_cast<FaultDisk*>(vfs->pAppData);
    File& ours = File::of(file);
    ours.disk = disk;
    const int done = disk->real_->xOpen(disk->real_, name, ours.real(), flags, opened);
    ours.base.pMethods = ours.real()->pMethods == nullptr ? nullptr : &disk->methods_;
    return done;
}

sqlite3_io_methods FaultDisk::methods() {
    sqlite3_io_methods m{};
    m.iVersion = 2; // no memory mapping
    m.xClose = [](sqlite3_file* f) {
        return File::of(f).real()->pMethods->xClose(File::of(f).real());
    };
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
        return File::of(f).real()->pMethods->xRead(File::of(f).real(), to, n, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
        const int fault = File::of(f).disk->next_write();
        return fault != SQLITE_OK
                   ? fault
                   : File::of(f).real()->pMethods->xWrite(File::of(f).real(), from, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
        return File::of(f).real()->pMethods->xTruncate(File::of(f).real(), size);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
        const int fault = File::of(f).disk->next_write();
        return fault != SQLITE_OK ? fault
                                  : File::of(f).real()->pMethods->xSync(File::of(f).real(), flags);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
        return File::of(f).real()->pMethods->xFileSize(File::of(f).real(), size);
    };
    m.xLock = [](sqlite3_file* f, int kind) {
        return File::of(f).real()->pMethods->xLock(File::of(f).real(), kind);
    };
    m.xUnlock = [](sqlite3_file* f, int kind) {
        return File::of(f).real()->pMethods->xUnlock(File::of(f).real(), kind);
    };
    m.xCheckReservedLock = [](sqlite3_file* f, int* held) {
        return File::of(f).real()->pMethods->xCheckReservedLock(File::of(f).real(), held);
    };
    m.xFileControl = [](sqlite3_file* f, int what, void* with) {
        return File::of(f).real()->pMethods->xFileControl(File::of(f).real(), what, with);
    };
    m.xSectorSize = [](sqlite3_file* f) {
        return File::of(f).real()->pMethods->xSectorSize(File::of(f).real());
    };
    m.xDeviceCharacteristics = [](sqlite3_file* f) {
        return File::of(f).real()->pMethods->xDeviceCharacteristics(File::of(f).real());
    };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
        return File::of(f).real()->pMethods->xShmMap(File::of(f).real(), page, size, extend, to);
    };
    m.xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
        return File::of(f).real()->pMethods->xShmLock(File::of(f).real(), at, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) {
        File::of(f).real()->pMethods->xShmBarrier(File::of(f).real());
    };
    m.xShmUnmap = [](sqlite3_file* f, int remove) {
        return File::of(f).real()->pMethods->xShmUnmap(File::of(f).real(), remove);
    };
    return m;
}

namespace {

using ports::LogPosition;
using ports::testing::sample_sighting;

std::vector<domain::Event> batch(int number) {
    std::vector<domain::Event> events;
    for (int i = 0; i < 5; ++i)
        events.push_back(sample_sighting("e" + std::to_string(number * 5 + i),
                                         "AB" + std::to_string(number * 5 + i), number * 5 + i));
    return events;
}

struct Fault {
    const char* name;
    int code;
    ErrorCode expected;
};

class DiskFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(DiskFaults, CostTheCallAloneWhereverTheyStrike) {
    FaultDisk disk;
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    auto store = open_store(file);
    int stored = 0;
    int writes = 0;
    for (; stored < 3 && writes < 500; ++writes) { // each write is once the first that fails
        disk.fail_after(writes, GetParam().code);
        const Status applied = store->apply(
            "store", LogPosition{static_cast<std::uint64_t>(stored) + 1}, batch(stored));
        disk.heal();
        if (applied)
            ++stored;
        else
            EXPECT_EQ(applied.error().code(), GetParam().expected) << applied.error().message();
        // Whatever happened: both or neither, and all else is as it was.
        EXPECT_EQ(store->position("store").value().value(), static_cast<std::uint64_t>(stored));
        EXPECT_EQ(store->extent().value().events, static_cast<std::uint64_t>(stored) * 5);
    }
    EXPECT_EQ(stored, 3);
    EXPECT_GT(writes, 10) << "faults came true on the way";
    ASSERT_TRUE(store->apply("store", LogPosition{999}, batch(stored))) << "usable again";
    store.reset();
    EXPECT_THAT(check_store(file).value().problems, ::testing::IsEmpty());
}

TEST_P(DiskFaults, LeaveForgettingToBeDoneAgain) {
    FaultDisk disk;
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    auto store = open_store(file);
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(store->apply("store", LogPosition{1}, batch(i)));
    const WallTime before{std::chrono::microseconds{10}};
    disk.fail_after(0, GetParam().code);
    const auto failed = store->forget(before, 100);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), GetParam().expected);
    disk.heal();
    EXPECT_EQ(store->extent().value().events, 20U);
    EXPECT_EQ(store->forget(before, 100).value().size(), 20U) << "two snapshots of each of ten";
    store.reset();
    EXPECT_THAT(check_store(file).value().problems, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Codes, DiskFaults,
    ::testing::Values(Fault{"full", SQLITE_FULL, ErrorCode::resource_exhausted},
                      Fault{"read_only", SQLITE_READONLY, ErrorCode::unavailable},
                      Fault{"broken", SQLITE_IOERR_WRITE, ErrorCode::unavailable}),
    [](const auto& test) { return test.param.name; });

TEST(StoreLimits, AFileThatMayNotGrowIsLikeAFullDisk) {
    const TemporaryFolder folder;
    SqliteOptions options;
    options.max_bytes = 200 * 1024;
    auto store = open_store(folder / "store.db", options);
    int number = 0;
    Status applied;
    while (number < 1'000 && applied)
        applied = store->apply("store", LogPosition{1}, batch(number++));
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code(), ErrorCode::resource_exhausted);
    EXPECT_THAT(applied.error().message(), ::testing::HasSubstr("free some space"));
    EXPECT_LE(store->extent().value().bytes, options.max_bytes);
    ASSERT_TRUE(store->forget(WallTime::max(), 200));
    EXPECT_TRUE(store->apply("store", LogPosition{2}, batch(number))) << "there is room again";
}

TEST(StoreLimits, AnotherProgramThatHoldsTheFileIsWaitedForAndThenNamed) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    SqliteOptions options;
    options.patience = std::chrono::milliseconds{1};
    auto store = open_store(file, options);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const Status busy = store->apply("store", LogPosition{1}, batch(0));
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(busy.error().message(), ::testing::HasSubstr("another program"));
    EXPECT_TRUE(store->search({})) << "readers do not wait for it";
    sqlite3_close(other);
    EXPECT_TRUE(store->apply("store", LogPosition{1}, batch(0)));
}

} // namespace
} // namespace vedette::storage
