#include "sqlite/indexed.h"

#include <cmath>

namespace vedette::storage {
namespace {

std::vector<std::string> each_once(const std::string& a, const std::string& b) {
    std::vector<std::string> out;
    if (!a.empty())
        out.push_back(a);
    if (!b.empty() && b != a)
        out.push_back(b);
    return out;
}

} // namespace

std::vector<std::string> plates_of(const domain::Event& event) {
    if (!event.plate)
        return {};
    return each_once(event.plate->normalized, event.plate->resolved);
}

std::vector<std::string> snapshots_of(const domain::Event& event) {
    return each_once(event.snapshot, event.plate_snapshot);
}

std::optional<double> plate_confidence_of(const domain::Event& event) {
    if (!event.plate)
        return std::nullopt;
    // SQLite has no NaN: it would become NULL, which says that there is no plate.
    return std::isnan(event.plate->confidence) ? 0.0 : static_cast<double>(event.plate->confidence);
}

std::int64_t hour_number(WallTime time) noexcept {
    constexpr std::int64_t kHour_us = 3'600'000'000;
    const std::int64_t us = to_us(time);
    return us / kHour_us - (us % kHour_us < 0 ? 1 : 0);
}

} // namespace vedette::storage
