#include "vedette/config/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <system_error>

namespace vedette::config {
namespace {

using std::chrono::microseconds;

struct Unit {
    std::string_view name;
    double factor; // microseconds or bytes
};

constexpr std::array kDurationUnits{
    Unit{"us", 1.0}, Unit{"ms", 1e3},   Unit{"s", 1e6},
    Unit{"m", 60e6}, Unit{"h", 3600e6}, Unit{"d", 86'400e6},
};
constexpr double kLongestUs = 100.0 * 366 * 86'400e6;

constexpr std::array kSizeUnits{
    Unit{"B", 1.0},   Unit{"kB", 1e3},
    Unit{"KB", 1e3},  Unit{"KiB", 1024.0},
    Unit{"MB", 1e6},  Unit{"MiB", 1048576.0},
    Unit{"GB", 1e9},  Unit{"GiB", 1073741824.0},
    Unit{"TB", 1e12}, Unit{"TiB", 1099511627776.0},
};
constexpr double kLargestBytes = 9.0e18;

Error wants(const char* what) { return {ErrorCode::invalid_argument, what}; }

template <class T>
std::optional<T> whole(std::string_view text) {
    const bool signed_plus = text.starts_with('+');
    if (signed_plus)
        text.remove_prefix(1);
    if (text.empty() || text.front() == '+' || (signed_plus && text.front() == '-'))
        return std::nullopt;
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct Quantity {
    double number;
    std::string_view unit;
};

/// "1.5h", "10 MB": digits with at most one point, then a word. No sign, no exponent.
std::optional<Quantity> split(std::string_view text) {
    const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = whole<double>(text.substr(0, end));
    if (!number || !std::isfinite(*number))
        return std::nullopt;
    std::string_view unit = text.substr(end);
    if (unit.size() > 1 && unit.front() == ' ')
        unit.remove_prefix(1);
    return Quantity{*number, unit};
}

std::optional<double> scaled(const Quantity& quantity, std::span<const Unit> units) {
    for (const Unit& unit : units)
        if (unit.name == quantity.unit)
            return quantity.number * unit.factor;
    return std::nullopt;
}

std::string with_largest_unit(std::uint64_t value, std::span<const Unit> units) {
    for (const Unit& unit : units) {
        const auto factor = static_cast<std::uint64_t>(unit.factor);
        if (value % factor == 0 && value >= factor)
            return std::to_string(value / factor) + std::string{unit.name};
    }
    return std::to_string(value) + std::string{units.back().name};
}

} // namespace

Result<microseconds> parse_duration(std::string_view text, BareNumber bare) {
    const char* const what = bare == BareNumber::seconds
                                 ? "must be a duration such as 500ms, 30s, 5m, 24h or 7d, or a "
                                   "number of seconds"
                                 : "must be a duration such as 500ms, 30s, 5m, 24h or 7d";
    auto quantity = split(text);
    if (!quantity)
        return wants(what);
    if (quantity->unit.empty() && (bare == BareNumber::seconds || quantity->number == 0))
        quantity->unit = "s";
    const auto us = scaled(*quantity, kDurationUnits);
    if (!us)
        return wants(what);
    if (*us > kLongestUs)
        return wants("must be at most 100 years");
    return microseconds{std::llround(*us)};
}

Result<ByteSize> parse_size(std::string_view text) {
    const auto quantity = split(text);
    const auto bytes = quantity ? scaled(*quantity, kSizeUnits) : std::nullopt;
    if (!bytes)
        return wants("must be a size with its unit, such as 64KiB, 10MB or 200GB");
    if (*bytes > kLargestBytes)
        return wants("must be at most 9000000TB");
    return ByteSize{static_cast<std::uint64_t>(std::llround(*bytes))};
}

Result<Share> parse_share(std::string_view text) {
    const auto quantity = split(text);
    if (!quantity || quantity->unit != "%" || quantity->number > 100)
        return wants("must be a percentage between 0% and 100%");
    return Share{quantity->number / 100};
}

Result<bool> parse_bool(std::string_view text) {
    constexpr std::array kYes{"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};
    constexpr std::array kNo{"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"};
    if (std::find(kYes.begin(), kYes.end(), text) != kYes.end())
        return true;
    if (std::find(kNo.begin(), kNo.end(), text) != kNo.end())
        return false;
    return wants("must be true or false");
}

Result<std::int64_t> parse_int(std::string_view text) {
    if (const auto value = whole<std::int64_t>(text))
        return *value;
    return wants("must be a whole number");
}

Result<double> parse_double(std::string_view text) {
    if (const auto value = whole<double>(text); value && std::isfinite(*value))
        return *value;
    return wants("must be a number");
}

std::string to_text(microseconds duration) {
    constexpr std::array kLargestFirst{Unit{"d", 86'400e6}, Unit{"h", 3600e6}, Unit{"m", 60e6},
                                       Unit{"s", 1e6},      Unit{"ms", 1e3},   Unit{"us", 1.0}};
    if (duration.count() <= 0)
        return "0s";
    return with_largest_unit(static_cast<std::uint64_t>(duration.count()), kLargestFirst);
}

std::string to_text(ByteSize size) {
    constexpr std::array kDecimal{Unit{"TB", 1e12}, Unit{"GB", 1e9}, Unit{"MB", 1e6},
                                  Unit{"kB", 1e3}};
    constexpr std::array kBinary{Unit{"TiB", 1099511627776.0}, Unit{"GiB", 1073741824.0},
                                 Unit{"MiB", 1048576.0}, Unit{"KiB", 1024.0}, Unit{"B", 1.0}};
    const bool decimal = size.bytes % 1000 == 0 && size.bytes > 0;
    return with_largest_unit(size.bytes, decimal ? std::span<const Unit>{kDecimal}
                                                 : std::span<const Unit>{kBinary});
}

std::string to_text(Share share) {
    // Rounded: 0.8 * 100 is not quite 80 in binary.
    return to_text(std::round(share.value * 1e10) / 1e8) + "%";
}

std::string to_text(double number) {
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return error == std::errc{} ? std::string{buffer.data(), end} : std::string{};
}

} // namespace vedette::config
