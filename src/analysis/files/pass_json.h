#pragma once

#include <optional>
#include <string_view>

#include "files/fields.h"

namespace vedette::analysis {

/// One line of JSON as a pass: its own form, or an event in form 1. \return nothing for an event
/// that shows no believed plate; invalid_argument naming what is wrong.
Result<std::optional<Pass>> pass_from_json(std::string_view line, PassMaker& maker);

} // namespace vedette::analysis
