#pragma once

#include <filesystem>

#include "vedette/base/result.h"

namespace vedette::storage {

/// Copies a database as it is at one moment, while others write to it, into one file of the owner
/// alone: nothing of the copy lies in a write-ahead log.
/// \return what SQLite and the disk say; `to` may then hold a part of it
Status copy_whole(const std::filesystem::path& from, const std::filesystem::path& to);

/// The same, but `to` is there whole or as it was before. Messages name both files.
Status back_up_whole(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace vedette::storage
