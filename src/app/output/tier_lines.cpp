#include "app/output/tier_lines.h"

#include "vedette/base/iso_time.h"

namespace vedette::app {

bool begin_tier_line(const recording::TierStatus& tier, std::ostream& out) {
    out << "tier " << tier.number << ", " << tier.name << ": ";
    if (!tier.here)
        out << "away: " << tier.problem << '\n';
    return tier.here;
}

std::string second_of(WallTime time) {
    return format_iso_time(std::chrono::floor<std::chrono::seconds>(time), SecondDigits::as_needed);
}

} // namespace vedette::app
