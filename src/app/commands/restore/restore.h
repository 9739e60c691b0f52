#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "app/data/backup_set.h"
#include "app/data/data_folder.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Whether data that is there already may be put aside.
enum class Replace { refuse = 1, put_aside };

struct RestoreReport {
    BackupManifest manifest;
    std::uint64_t left_out = 0;        ///< pictures that no sighting names
    std::uint64_t missing = 0;         ///< pictures that sightings name and the backup has not
    std::filesystem::path put_aside;   ///< where the data from before is; empty if there was none
    std::vector<std::string> warnings; ///< damage of the log that was there at the backup
};

/// Checks a backup in full, makes data of it beside those that are there, and only then puts them
/// in their place; what was there is kept. Afterwards a server goes on where the backup ended.
///
/// \return not_found, invalid_argument (a newer Vedette made it), data_loss (it is damaged),
/// already_exists, unavailable (a server runs), resource_exhausted, permission_denied, cancelled;
/// then the data are as they were.
[[nodiscard]] Result<RestoreReport> restore_backup(const std::filesystem::path& backup,
                                                   const DataFolder& to, Replace replace,
                                                   const std::stop_token& stop);

/// Puts back what the last restore put aside, and puts aside what is there.
/// \return not_found if nothing was put aside, unavailable.
[[nodiscard]] Status undo_restore(const DataFolder& folder);

} // namespace vedette::app
