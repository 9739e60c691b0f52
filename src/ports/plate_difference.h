#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::ports {

/// The first of the signs that readers take for this one: the same for all of them. The pairs are
/// those that one read in a hundred or more mixes up.
[[nodiscard]] char32_t fold_confusable(char32_t sign) noexcept;

/// The sign at the start of UTF-8 text; U+FFFD if there is none.
[[nodiscard]] char32_t first_sign(std::string_view text) noexcept;

/// What has to happen to the typed text to become the read one.
struct PlateDifference {
    int edits = 0;
    std::vector<std::pair<char32_t, char32_t>> confusions; ///< typed, read; each place
};

/// The least edits, and of those ways the one with the least confusions.
[[nodiscard]] PlateDifference difference(std::string_view typed, std::string_view read);

[[nodiscard]] bool is_nearer(const PlateDifference& a, const PlateDifference& b) noexcept;

/// "1 edit, 0 read as O: AB12CD"; empty if nothing differs.
[[nodiscard]] std::string in_words(const PlateDifference& difference, std::string_view read);

} // namespace vedette::ports
