#pragma once

#include <string_view>

#include "vedette/base/result.h"

namespace vedette::analysis {

/// \return invalid_argument, saying the name, the value and the range, unless low <= value <= high.
[[nodiscard]] Status in_range(std::string_view name, double value, double low, double high);

} // namespace vedette::analysis
