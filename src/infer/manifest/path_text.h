#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::infer {

/// \return nothing if the variable is not set.
using VariableSource = std::function<std::optional<std::string>(const std::string& name)>;

/// Replaces `${env:NAME}` and `${env:NAME:-otherwise}`. A variable that is set but empty counts as
/// not set. \return invalid_argument naming the variable that is missing or what is not understood.
Result<std::string> expand_variables(std::string_view text, const VariableSource& variables);

} // namespace vedette::infer
