#include "vedette/analysis/time_zone.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "watchlist/zone_rule.h"

namespace vedette::analysis {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::size_t kHeader_bytes = 44;
constexpr std::size_t kLargestFile_bytes = 1U << 20U;

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::int64_t signed_32(std::string_view bytes, std::size_t at) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(big_endian(bytes, at, 4)));
}

/// How many of each part a block has.
struct Counts {
    std::size_t isut = 0, isstd = 0, leaps = 0, times = 0, types = 0, chars = 0;
    [[nodiscard]] std::size_t block_bytes(std::size_t time_bytes) const {
        return times * (time_bytes + 1) + types * 6 + chars + leaps * (time_bytes + 4) + isstd +
               isut;
    }
};

std::optional<Counts> read_header(std::string_view bytes, std::size_t at) {
    if (bytes.size() < at + kHeader_bytes || bytes.substr(at, 4) != "TZif" || bytes[at + 4] < '2')
        return std::nullopt;
    Counts counts;
    std::size_t next = at + 20;
    for (std::size_t* count : {&counts.isut, &counts.isstd, &counts.leaps, &counts.times,
                               &counts.types, &counts.chars}) {
        *count = big_endian(bytes, next, 4);
        next += 4;
        if (*count > kLargestFile_bytes)
            return std::nullopt;
    }
    return counts;
}

/// "+02:00"
std::optional<seconds> fixed_offset(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !digit(1) ||
        !digit(2) || !digit(4) || !digit(5))
        return std::nullopt;
    const int hours = (text[1] - '0') * 10 + text[2] - '0';
    const int minutes = (text[4] - '0') * 10 + text[5] - '0';
    if (hours > 15 || minutes > 59)
        return std::nullopt;
    const seconds offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return text[0] == '-' ? -offset : offset;
}

/// A name never leads out of the folder.
bool is_zone_name(std::string_view name) {
    const auto belongs = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    };
    return !name.empty() && name.size() <= 64 && name.front() != '/' &&
           std::all_of(name.begin(), name.end(), belongs);
}

} // namespace

struct TimeZone::Data {
    struct Transition {
        sys_seconds at;
        seconds offset{0}; ///< from then on
    };
    seconds before{0}; ///< the first transition
    std::vector<Transition> transitions;
    std::optional<ZoneRule> rule; ///< after the last transition
};

TimeZone::TimeZone() : TimeZone{"UTC", std::make_shared<const Data>()} {}

TimeZone::TimeZone(std::string name, std::shared_ptr<const Data> data)
    : name_{std::move(name)}, data_{std::move(data)} {}

Result<TimeZone> TimeZone::find(const std::string& name, const std::filesystem::path& folder) {
    if (name == "UTC")
        return TimeZone{};
    if (const auto offset = fixed_offset(name)) {
        auto data = std::make_shared<Data>();
        data->before = *offset;
        return TimeZone{name, std::move(data)};
    }
    const Error unknown{ErrorCode::invalid_argument,
                        "there is no time zone '" + name +
                            "'; write one like Europe/Berlin, UTC or +02:00"};
    if (!is_zone_name(name))
        return unknown;
    std::ifstream file{folder / name, std::ios::binary};
    std::string bytes(kLargestFile_bytes, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (bytes.empty())
        return unknown;
    return parse(bytes, name);
}

Result<TimeZone> TimeZone::parse(std::string_view bytes, std::string name) {
    const Error damaged{ErrorCode::data_loss, "time zone " + name + ": this is no TZif file"};
    const auto first = read_header(bytes, 0);
    if (!first)
        return damaged;
    const std::size_t second_at = kHeader_bytes + first->block_bytes(4);
    const auto counts = read_header(bytes, second_at);
    const std::size_t block = second_at + kHeader_bytes;
    if (!counts || bytes.size() < block + counts->block_bytes(8) || counts->types == 0)
        return damaged;
    const std::size_t types = block + counts->times * 9;
    const auto offset_of = [&](std::size_t type) -> std::optional<seconds> {
        if (type >= counts->types)
            return std::nullopt;
        return seconds{signed_32(bytes, types + type * 6)};
    };
    auto data = std::make_shared<Data>();
    data->before = *offset_of(0);
    for (std::size_t i = 0; i < counts->times; ++i) {
        const auto at = static_cast<std::int64_t>(big_endian(bytes, block + i * 8, 8));
        const auto offset =
            offset_of(static_cast<unsigned char>(bytes[block + counts->times * 8 + i]));
        const sys_seconds moment{seconds{at}};
        if (!offset || (!data->transitions.empty() && data->transitions.back().at >= moment))
            return damaged;
        data->transitions.push_back({moment, *offset});
    }
    std::string_view footer = bytes.substr(block + counts->block_bytes(8));
    if (footer.size() > 2 && footer.front() == '\n' && footer.find('\n', 1) != footer.npos)
        data->rule = parse_zone_rule(footer.substr(1, footer.find('\n', 1) - 1));
    return TimeZone{std::move(name), std::move(data)};
}

seconds TimeZone::offset_at(WallTime time) const noexcept {
    const auto& transitions = data_->transitions;
    const auto moment = std::chrono::floor<seconds>(time);
    const auto next = std::upper_bound(
        transitions.begin(), transitions.end(), moment,
        [](sys_seconds wanted, const Data::Transition& one) { return wanted < one.at; });
    if (next == transitions.end() && data_->rule)
        return data_->rule->offset_at(time);
    return next == transitions.begin() ? data_->before : std::prev(next)->offset;
}

} // namespace vedette::analysis
