#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "vedette/base/clock.h"

namespace vedette::analysis {

/// "The last Sunday of March at 2": month, week 1..5 (5: the last), weekday, seconds of the day.
struct YearlyMoment {
    unsigned month = 1;
    unsigned week = 1;
    unsigned weekday = 0; ///< 0 is Sunday
    std::chrono::seconds at{7200};
    /// In local time, as if it were UTC.
    [[nodiscard]] std::chrono::sys_seconds in(std::chrono::year year) const;
};

/// The rule at the end of a TZif file, a POSIX TZ string: "CET-1CEST,M3.5.0,M10.5.0/3".
struct ZoneRule {
    std::chrono::seconds standard{0}; ///< local time less UTC
    std::chrono::seconds summer{0};
    std::optional<YearlyMoment> summer_begins; ///< nothing: there is none
    YearlyMoment summer_ends;

    [[nodiscard]] std::chrono::seconds offset_at(WallTime time) const;
};

/// \return nothing for what is no such string, or one with days of the year instead of weekdays.
[[nodiscard]] std::optional<ZoneRule> parse_zone_rule(std::string_view text);

} // namespace vedette::analysis
