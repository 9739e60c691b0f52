#include "vedette/base/iso_time.h"
#include "vedette/events/event_json.h"

namespace vedette::events {
namespace {

/// Of all the ways to write a time, the one that format_time() has, with 0 to 6 digits of a second.
bool is_our_form(std::string_view text) {
    constexpr std::string_view kWhole = "2026-11-21T10:15:00Z";
    constexpr std::string_view kLongest = "2026-11-21T10:15:00.250000Z";
    return text.size() >= kWhole.size() && text.size() <= kLongest.size() && text[10] == 'T' &&
           text.back() == 'Z' && (text.size() == kWhole.size() || text[19] == '.');
}

} // namespace

std::string format_time(WallTime time) { return format_iso_time(time, SecondDigits::microseconds); }

Result<WallTime> parse_time(std::string_view text) {
    if (is_our_form(text))
        if (const auto time = parse_iso_time(text))
            return *time;
    return Error{ErrorCode::invalid_argument,
                 "'" + std::string{text} + "' is no time of the form 2026-11-21T10:15:00.250000Z"};
}

} // namespace vedette::events
