#include "vedette/analysis/pass_file.h"
#include "vedette/base/iso_time.h"

namespace vedette::analysis {

std::string format_pass_time(WallTime time) {
    return format_iso_time(time, SecondDigits::as_needed);
}

Result<WallTime> parse_pass_time(std::string_view text,
                                 std::optional<std::chrono::minutes> zone_if_none) {
    constexpr WallTime kEarliest{};
    constexpr WallTime kLatest = std::chrono::sys_days{std::chrono::year{3000} / 1 / 1};
    VEDETTE_TRY(const WallTime time, parse_iso_time(text, zone_if_none));
    if (time < kEarliest || time >= kLatest)
        return Error{ErrorCode::invalid_argument, "must lie in the years 1970 to 2999"};
    return time;
}

} // namespace vedette::analysis
