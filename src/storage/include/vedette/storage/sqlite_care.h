#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "vedette/base/result.h"

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

} // namespace vedette::storage
