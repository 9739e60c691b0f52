#pragma once

#include "vedette/config/schema.h"

namespace vedette::app {

/// What may stand in a configuration file: the sections of every module that reads one, put
/// together here and nowhere else, in the vocabulary of the whole product.
[[nodiscard]] config::Schema configuration_schema();

} // namespace vedette::app
