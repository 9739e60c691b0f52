#pragma once

#include <filesystem>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Where cameras stand, from a file: a configuration (.yaml, .yml) whose cameras have a `location`,
/// or CSV as analysis::read_places() takes it. Secrets of a configuration are not looked up.
/// \return errors of the file, with its line; not_found for a configuration without places
[[nodiscard]] Result<std::vector<analysis::Place>> places_in(const std::filesystem::path& file);

} // namespace vedette::app
