#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/unique_fd.h"
#include "vedette/ports/event_log.h"

namespace vedette::storage {

// What is done to a store from outside: by `vedette backup`, `restore` and `doctor`.

struct StoreReport {
    std::uint64_t events = 0;
    std::vector<std::string> problems; ///< in words; none: all is well
};

/// Reads the whole store: SQLite's own integrity check, then that every index says the same as the
/// events themselves. Nothing is changed; a server may run on it meanwhile.
/// \return as SqliteStore::open(); a store that opens and is damaged gives problems, no error.
[[nodiscard]] Result<StoreReport> check_store(const std::filesystem::path& file);

struct RepairReport {
    std::uint64_t kept = 0;            ///< events
    std::uint64_t lost = 0;            ///< events that could not be read
    std::filesystem::path damaged;     ///< where the old file is now
    std::vector<std::string> problems; ///< what could not be read, in words
};

/// Reads every event that can still be read into a new store and puts that in the place of the old
/// one, which is kept beside it. Indexes are made anew. No server may run on it.
/// \return unavailable if one does; data_loss if the file is no database at all.
[[nodiscard]] Result<RepairReport> repair_store(const std::filesystem::path& file);

/// Copies the store as it is at one moment, while a server may go on writing, into one file (0600)
/// that replaces `to` when it is whole. Until then the write-ahead log keeps what is written.
[[nodiscard]] Status backup_store(const std::filesystem::path& file,
                                  const std::filesystem::path& to);

/// Checks the backup as check_store() does, and only then puts a copy of it in the place of `file`.
/// No server may run on it. \return data_loss telling what is wrong with the backup, and then
/// `file` is as it was.
[[nodiscard]] Status restore_store(const std::filesystem::path& backup,
                                   const std::filesystem::path& file);

/// Questions to a store from outside, while a server may go on writing to it.
///
/// Thread-compatible.
class StoreView {
public:
    /// \return as SqliteStore::open(), and not_found.
    static Result<std::unique_ptr<StoreView>> open(const std::filesystem::path& file);
    StoreView(const StoreView&) = delete;
    StoreView& operator=(const StoreView&) = delete;
    ~StoreView();

    /// As in ports::EventStore.
    [[nodiscard]] Result<ports::LogPosition> position(std::string_view subscriber) const;
    /// Whether an event names this snapshot.
    [[nodiscard]] Result<bool> needs(std::string_view snapshot) const;
    /// Calls `visit` for every snapshot that events name, once for each of them, in order.
    [[nodiscard]] Status
    for_each_snapshot(const std::function<Status(std::string_view snapshot)>& visit) const;

private:
    struct Parts;
    explicit StoreView(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// Keeps every Vedette from writing to a store, as long as it lives. The file need not be there.
class StoreLock {
public:
    /// \return unavailable if one writes to it.
    static Result<StoreLock> take(const std::filesystem::path& file);
    StoreLock(StoreLock&&) noexcept;
    StoreLock& operator=(StoreLock&&) noexcept;
    ~StoreLock();

private:
    explicit StoreLock(std::unique_ptr<UniqueFd> lock);
    std::unique_ptr<UniqueFd> lock_;
};

} // namespace vedette::storage
