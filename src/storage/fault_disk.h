#pragma once

#include <atomic>
#include <cstddef>
#include <sqlite3.h>

namespace vedette::storage {

/// Makes SQLite's writes fail on purpose: while it lives, it stands between SQLite and the disk.
///
/// One at a time; open stores after it and close them before it goes.
class FaultDisk {
public:
    FaultDisk();
    ~FaultDisk();
    FaultDisk(const FaultDisk&) = delete;
    FaultDisk& operator=(const FaultDisk&) = delete;

    /// After `writes` more writes each one fails with this code, until heal().
    void fail_after(int writes, int code) {
        code_ = code;
        left_ = writes;
    }
    void heal() { left_ = kHealthy; }

private:
    struct File;
    static constexpr int kHealthy = -1;
    /// SQLITE_OK, or what this write shall fail with.
    int next_write();
    static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
                    int* opened);
    static sqlite3_io_methods methods();

    sqlite3_vfs* real_;
    sqlite3_vfs vfs_;
    sqlite3_io_methods methods_;
    std::atomic<int> left_ = kHealthy;
    std::atomic<int> code_ = SQLITE_OK;
};

} // namespace vedette::storage
