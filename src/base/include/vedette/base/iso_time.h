#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette {

/// How much of a second is written.
enum class SecondDigits {
    milliseconds = 1, ///< three; what is less is cut off
    microseconds,     ///< six
    as_needed,        ///< three where they say it all, else six
};

/// ISO 8601 in UTC: "2026-11-21T10:15:00.250Z".
[[nodiscard]] std::string format_iso_time(WallTime time, SecondDigits digits);

/// ISO 8601 with seconds and a zone, as people and programs write it: "2026-11-21T10:15:00Z",
/// "2026-11-21 11:15:00,25+01:00". Beyond microseconds digits are cut off.
/// \param zone_if_none  for a text that names no zone: how far its clock is ahead of UTC
/// \return invalid_argument, without the text: what it must be.
[[nodiscard]] Result<WallTime>
parse_iso_time(std::string_view text, std::optional<std::chrono::minutes> zone_if_none = {});

} // namespace vedette
