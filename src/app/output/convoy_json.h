#pragma once

#include <string>

#include "vedette/analysis/convoy.h"

namespace vedette::app {

/// A report as JSON, one object: what `vedette convoy --json` prints and `GET /convoy` answers.
/// \param indent  spaces; -1: all on one line
[[nodiscard]] std::string convoy_json(const analysis::ConvoyReport& report, int indent = -1);

} // namespace vedette::app
