#pragma once

#include <string>

#include "vedette/analysis/patterns.h"

namespace vedette::app {

/// A report as JSON, one object: what `vedette patterns --json` prints and `GET /patterns` answers.
/// \param indent  spaces; -1: all on one line
[[nodiscard]] std::string patterns_json(const analysis::PatternReport& report, int indent = -1);

/// "the depot=in,out". \return invalid_argument saying what form it must have.
[[nodiscard]] Result<analysis::Site> site_in(const std::string& text);

} // namespace vedette::app
