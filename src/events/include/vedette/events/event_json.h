#pragma once

#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/event.h"

namespace vedette::events {

/// The version of the JSON form, carried by every event; schema/event.v1.json describes it.
inline constexpr int kEventSchemaVersion = 1;

/// One event as one line of JSON, without the line end. The same event always gives the same bytes.
[[nodiscard]] std::string to_json(const domain::Event& event);

/// The inverse of to_json(); members it does not know are ignored, as a newer minor form may have
/// more. \return invalid_argument naming the member: what is missing, of the wrong type or out of
/// range.
[[nodiscard]] Result<domain::Event> event_from_json(std::string_view json);

/// RFC 3339 in UTC with microseconds: "2026-11-21T10:15:00.250000Z".
[[nodiscard]] std::string format_time(WallTime time);
/// \return invalid_argument for anything but format_time()'s form, with 0 to 6 digits of a second.
[[nodiscard]] Result<WallTime> parse_time(std::string_view text);

} // namespace vedette::events
