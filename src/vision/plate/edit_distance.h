#pragma once

#include <cstddef>
#include <string_view>

namespace vedette::vision {

/// Least number of signs to insert, delete or replace (Levenshtein).
[[nodiscard]] std::size_t edit_distance(std::u32string_view a, std::u32string_view b);

} // namespace vedette::vision
