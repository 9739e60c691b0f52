#pragma once

#include <filesystem>
#include <istream>
#include <memory>

#include "vedette/base/result.h"

namespace vedette::analysis {

/// \return not_found, permission_denied, invalid_argument for a folder; with the path.
Result<std::unique_ptr<std::istream>> open_for_reading(const std::filesystem::path& file);

} // namespace vedette::analysis
