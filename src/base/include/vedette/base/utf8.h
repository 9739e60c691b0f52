#pragma once

#include <string>
#include <string_view>

namespace vedette {

/// Code points of UTF-8 text; bytes that are not UTF-8 are left out.
[[nodiscard]] std::u32string decode_utf8(std::string_view text);
/// Adds one code point. \pre it is at most 0x10FFFF and no surrogate
void append_utf8(std::string& to, char32_t point);
[[nodiscard]] std::string encode_utf8(std::u32string_view points);

} // namespace vedette
