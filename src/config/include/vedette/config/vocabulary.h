#pragma once

#include <vector>

#include "vedette/config/schema.h"

namespace vedette::config {

/// Everything that may stand in a configuration file: the whole vocabulary of the product, so that
/// a misspelt key is found anywhere, also in a section that this version does not use yet.
///
/// \param used the sections that this version reads, each with the schema of its OptionSet; they
///   take the place of the declarations here, globally and, where a camera may override them, below
///   `cameras.NAME`. Everything else becomes Property::Use::later.
[[nodiscard]] Schema vocabulary(const std::vector<Property>& used);

/// What a camera has beside the sections that it overrides: inputs, zones, masks, …
/// \param used as above, the camera's own keys
[[nodiscard]] Schema vocabulary(const std::vector<Property>& used,
                                const std::vector<Property>& used_of_camera);

} // namespace vedette::config
