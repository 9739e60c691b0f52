#pragma once

#include <filesystem>
#include <string_view>

#include "vedette/base/result.h"

/// What parts that keep files have in common. Thread-safe; every call may block on the disk.
namespace vedette {

/// What the system's errno means, in our codes, and in words what to do. \param doing  "write
/// /var/lib/vedette/x"
[[nodiscard]] Error file_error(int system_error, std::string_view doing,
                               CodeLine where = CodeLine::here());

/// Makes the folder with all above it, for its owner alone.
Status make_private_folder(const std::filesystem::path& folder);

/// Makes `file` if it is not there, for its owner alone.
Status make_private_file(const std::filesystem::path& file);

/// Returns once the folder's list of names will survive a crash.
Status sync_folder(const std::filesystem::path& folder);

/// Puts a finished file in the place of another, as a whole and to stay: after a crash there is the
/// old one or the new one.
Status move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace vedette
