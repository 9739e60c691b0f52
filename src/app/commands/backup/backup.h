#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "app/data/backup_set.h"
#include "app/data/data_folder.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::app {

struct BackupReport {
    BackupManifest manifest;
    std::vector<std::string> warnings; ///< damage that went along, in words
};

/// Copies a data folder to `to`, while a server may go on writing to it: all of one moment, so that
/// after a restore nothing is lost or comes twice. `to` appears when it is whole and checked; until
/// then the work lies in `to`.part.
///
/// \param to  must not exist, or be an empty folder
/// \return not_found if there is nothing to back up, already_exists, invalid_argument, data_loss if
/// the store is damaged, resource_exhausted, permission_denied, cancelled; then nothing is left.
[[nodiscard]] Result<BackupReport> make_backup(const DataFolder& from,
                                               const std::filesystem::path& to, const Clock& clock,
                                               const std::stop_token& stop);

} // namespace vedette::app
