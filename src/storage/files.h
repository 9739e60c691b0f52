#pragma once

#include <filesystem>

#include "vedette/base/files.h"
#include "vedette/base/result.h"
#include "vedette/base/unique_fd.h"

namespace vedette::storage {

/// The one program that may write: held as long as the result lives, and let go by the system when
/// the process ends in any way.
/// \return unavailable if another one holds it.
Result<UniqueFd> lock_for_writing(const std::filesystem::path& store);

} // namespace vedette::storage
