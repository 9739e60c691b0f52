#pragma once

#include <string>
#include <string_view>

/// ASCII text, whatever the locale is; bytes beyond ASCII are left as they are.
namespace vedette {

/// A to Z as a to z.
[[nodiscard]] std::string lower_ascii(std::string_view text);
/// Alike but for the case of A to Z.
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

/// Letters and digits as they are but in lower case, what lies between them as one `separator`:
/// "Exposure Time, Absolute" -> "exposure_time_absolute". Nothing else is in it, so it may be
/// empty.
[[nodiscard]] std::string as_identifier(std::string_view text, char separator);

/// \return 0..15, or -1 if it is no hexadecimal digit
[[nodiscard]] int hex_value(char digit) noexcept;

} // namespace vedette
