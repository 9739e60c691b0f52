#pragma once

#include "vedette/config/node.h"
#include "vedette/config/problems.h"

namespace vedette::app {

/// Adds to `problems` everything that is wrong with a whole configuration: keys, types, ranges,
/// secrets that are not there, values that do not go together, and names that refer to nothing,
/// such as a camera group's camera that does not exist.
void check_configuration(const config::Node& root, config::Problems& problems);

} // namespace vedette::app
