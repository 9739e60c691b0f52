#pragma once

#include <vector>

#include "app/data/data_folder.h"
#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Where the cameras of the cases in this folder are, as they were last said.
/// \return none if nobody said so; invalid_argument naming file and line.
[[nodiscard]] Result<std::vector<analysis::Place>> known_places(const DataFolder& folder);

/// Keeps them for those who look at the cases. Cameras of the same name move, others stay.
/// \return as known_places(); resource_exhausted, unavailable.
Status remember_places(const DataFolder& folder, const std::vector<analysis::Place>& places);

} // namespace vedette::app
