#include "following/cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "vedette/analysis/following.h"

namespace vedette::analysis {
namespace {

constexpr double kCellDegrees = 0.0045; ///< of a meridian: 500 m
constexpr std::uint32_t kCellPlace = 0x8000'0000U;
constexpr long long kLastRow = 20'000; ///< 90 degrees

/// Width of a square in degrees of longitude. Near the poles it stays finite.
double width_deg(long long row) {
    const double middle = (static_cast<double>(row) + 0.5) * kCellDegrees;
    return kCellDegrees / std::max(0.01, std::cos(middle * std::numbers::pi / 180));
}

std::optional<long long> number_in(std::string_view text) {
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

} // namespace

std::string cell_name(const GeoPoint& at) {
    const auto row = static_cast<long long>(std::floor(at.latitude_deg / kCellDegrees));
    const auto column = static_cast<long long>(std::floor(at.longitude_deg / width_deg(row)));
    return "@" + std::to_string(row) + "," + std::to_string(column);
}

std::optional<GeoPoint> cell_middle(std::string_view name) {
    const auto comma = name.find(',');
    if (!name.starts_with('@') || comma == std::string_view::npos)
        return std::nullopt;
    const auto row = number_in(name.substr(1, comma - 1));
    const auto column = number_in(name.substr(comma + 1));
    if (!row || !column || *row < -kLastRow - 1 || *row > kLastRow)
        return std::nullopt;
    const GeoPoint middle{(static_cast<double>(*row) + 0.5) * kCellDegrees,
                          (static_cast<double>(*column) + 0.5) * width_deg(*row)};
    if (std::abs(middle.longitude_deg) > 180 + width_deg(*row))
        return std::nullopt;
    return GeoPoint{std::clamp(middle.latitude_deg, -90.0, 90.0),
                    std::clamp(middle.longitude_deg, -180.0, 180.0)};
}

std::uint32_t cell_place(const GeoPoint& middle) {
    const auto row = static_cast<long long>(std::floor(middle.latitude_deg / (2 * kCellDegrees)));
    const auto column =
        static_cast<long long>(std::floor(middle.longitude_deg / (2 * width_deg(2 * row))));
    return kCellPlace | (static_cast<std::uint32_t>(row + kLastRow) & 0x7FFFU) << 16U |
           (static_cast<std::uint32_t>(column) & 0xFFFFU);
}

} // namespace vedette::analysis
