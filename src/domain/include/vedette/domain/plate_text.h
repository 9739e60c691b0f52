#pragma once

#include <string>
#include <string_view>

namespace vedette::domain {

/// Upper case, letters and digits only; other scripts are kept. Idempotent.
[[nodiscard]] std::string normalize_plate(std::string_view text);
/// O -> 0 and I -> 1, for comparisons that must not care.
[[nodiscard]] std::string fold_plate(std::string_view normalized);

} // namespace vedette::domain
