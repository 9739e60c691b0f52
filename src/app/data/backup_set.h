#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::app {

// A backup is a folder laid out as a data folder (DataFolder), and beside that two files about it:
// backup.json says what it is, SHA256SUMS what each file must be (`sha256sum -c SHA256SUMS`).

inline constexpr int kBackupForm = 1;

/// What a backup says of itself.
struct BackupManifest {
    std::string made_by; ///< the program's version
    WallTime made_at;
    ports::LogPosition log_first, log_last; ///< of the events in the log
    ports::LogPosition handled;             ///< by the store
    std::uint64_t sightings = 0;            ///< in the store
    std::uint64_t pictures = 0;
    std::uint64_t bytes = 0; ///< of all files that have a sum
    std::string sums;        ///< SHA-256 of SHA256SUMS
};

[[nodiscard]] std::string to_json(const BackupManifest& manifest);

/// \return not_found if `folder` is no backup, or one that was not finished; invalid_argument if a
/// newer Vedette made it, data_loss if what it says of itself cannot be read.
[[nodiscard]] Result<BackupManifest> read_manifest(const std::filesystem::path& folder);

/// Counts the files of the backup and writes their sums and the manifest, whose counts and sums are
/// filled in. \return errors of the disk; cancelled.
Status seal_backup(const std::filesystem::path& folder, BackupManifest manifest,
                   const std::stop_token& stop);

/// Calls `visit` with the path of every file that has a sum, below the folder. Only names that a
/// data folder has can come. \return data_loss if SHA256SUMS cannot be read.
[[nodiscard]] Status
for_each_sum(const std::filesystem::path& folder,
             const std::function<Status(std::string_view sum, const std::string& path)>& visit);

/// Reads every file and compares it with its sum.
/// \return data_loss naming the file that is not what it was; cancelled.
[[nodiscard]] Status check_sums(const std::filesystem::path& folder, const BackupManifest& manifest,
                                const std::stop_token& stop);

} // namespace vedette::app
