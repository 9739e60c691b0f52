#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "vedette/base/result.h"

namespace vedette::app {

/// Copies one regular file, for its owner alone (0600), and makes the folders it lies in. Links are
/// not followed. What was copied survives a crash only after sync_disk_of().
/// \return not_found if there is nothing to copy, already_exists, resource_exhausted on a full
/// disk, permission_denied, unavailable.
Status copy_private_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// All that was written to the disk of this folder survives a crash.
Status sync_disk_of(const std::filesystem::path& folder);

/// Makes a folder for its owner alone, with all above it. \return as copy_private_file().
Status make_folder(const std::filesystem::path& folder);

/// Renames; something else of that name stays. \return already_exists, not_found, as
/// copy_private_file().
Status move_to(const std::filesystem::path& from, const std::filesystem::path& to);

/// Calls `visit` with the path below `folder` of every regular file there, until it returns an
/// error. Links are not followed; what disappears meanwhile is passed over, and so is a folder that
/// is not there.
Status for_each_file(const std::filesystem::path& folder,
                     const std::function<Status(const std::string& path)>& visit);

} // namespace vedette::app
