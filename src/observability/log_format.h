#pragma once

#include <span>
#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"

namespace vedette::observability {

/// What stands in one line of the log.
struct LogEvent {
    WallTime at;
    LogLevel level;
    std::string_view message;
    std::span<const LogField> fields;
    std::uint64_t suppressed; ///< the same event was left out so often before this one
};

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

/// "2026-01-31T12:00:00.123Z INFO  camera is silent camera=gate for_s=12"; without a line break.
/// Values with anything but plain characters are in quotes and escaped.
[[nodiscard]] std::string to_text_line(const LogEvent& event);

/// The same as a JSON object. A field called like one of ours (time, level, message, suppressed)
/// gets an underscore in front; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json_line(const LogEvent& event);

} // namespace vedette::observability
