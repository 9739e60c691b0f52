#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::app {

/// A whole regular file, at most so large.
/// \return not_found, permission_denied, invalid_argument for what is no regular file,
///   resource_exhausted for a larger one, data_loss if reading fails on the way; with the path.
[[nodiscard]] Result<std::string> read_bounded(const std::filesystem::path& file,
                                               std::size_t max_bytes);

/// Writes a new file for its owner alone (0600); after a crash it is whole or not there, or named
/// FILE.part. \return already_exists: nothing is overwritten; permission_denied, not_found (no such
/// folder), resource_exhausted, unavailable; with the path.
Status write_new_file(const std::filesystem::path& file, std::string_view bytes);

/// The same in place of what is there: readers see the old file or the new one, whole.
Status replace_file(const std::filesystem::path& file, std::string_view bytes);

} // namespace vedette::app
