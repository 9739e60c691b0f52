#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace vedette::vision {

/// A place of one text and the place of another that belongs to it.
struct AlignedSigns {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t a = kNone; ///< kNone: `b` has a sign too many here
    std::size_t b = kNone; ///< kNone: `b` lacks a sign here
    friend bool operator==(const AlignedSigns&, const AlignedSigns&) = default;
};

/// Both texts from left to right, aligned with the least edits (Levenshtein); of several such ways
/// one that replaces signs rather than inserting and deleting some.
[[nodiscard]] std::vector<AlignedSigns> align_signs(std::u32string_view a, std::u32string_view b);

} // namespace vedette::vision
