#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vedette::config {

/// The candidate that `word` is most likely a misspelling of: the fewest insertions, deletions,
/// substitutions and swaps of neighbours (optimal string alignment), at most a third of its length.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

} // namespace vedette::config
