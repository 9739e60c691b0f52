#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "files/csv.h"
#include "vedette/analysis/track_source.h"
#include "vedette/base/text.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kLongestLine = 1'024;
constexpr double kKnot_mps = 1852.0 / 3600;
constexpr double kMetresPerHdop = 5; ///< what a receiver's range error usually is
constexpr double kLargestAccuracy_m = 10'000;

std::vector<std::string_view> split(std::string_view fields) {
    std::vector<std::string_view> out;
    for (;;) {
        const auto comma = fields.find(',');
        out.push_back(fields.substr(0, comma));
        if (comma == std::string_view::npos)
            return out;
        fields.remove_prefix(comma + 1);
    }
}

std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
    unsigned number = 0;
    if (text.size() < at + count)
        return std::nullopt;
    for (const char sign : text.substr(at, count)) {
        if (sign < '0' || sign > '9')
            return std::nullopt;
        number = number * 10 + static_cast<unsigned>(sign - '0');
    }
    return number;
}

/// "hhmmss", "hhmmss.sss"
std::optional<std::chrono::microseconds> time_of_day(std::string_view text) {
    const auto hour = digits(text, 0, 2);
    const auto minute = digits(text, 2, 2);
    const auto second = digits(text, 4, 2);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    double part = 0;
    if (text.size() > 6) {
        const auto rest = number_from(std::string{"0"}.append(text.substr(6)));
        if (text[6] != '.' || !rest || !(*rest < 1) || *rest < 0)
            return std::nullopt;
        part = *rest;
    }
    return std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + std::chrono::microseconds{std::llround(part * 1e6)};
}

/// Whether a time of day is that of a sentence before, or soon after it; midnight may lie between.
bool follows(std::chrono::microseconds time, std::chrono::microseconds before) {
    constexpr std::chrono::seconds kSoon{2};
    const auto later =
        time - before + (time < before ? std::chrono::hours{24} : std::chrono::hours{0});
    return later <= kSoon;
}

/// "ddmmyy"
std::optional<std::chrono::sys_days> date(std::string_view text) {
    const auto day = digits(text, 0, 2);
    const auto month = digits(text, 2, 2);
    const auto year = digits(text, 4, 2);
    if (text.size() != 6 || !day || !month || !year)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(2000 + *year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}};
    return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

/// "5231.2345" or "01324.3000": degrees and minutes.
std::optional<double> angle(std::string_view text, std::size_t degree_digits, double largest,
                            std::string_view side, std::string_view sides) {
    const auto whole = digits(text, 0, degree_digits);
    const auto minutes = whole ? number_from(text.substr(degree_digits)) : std::optional<double>{};
    if (!minutes || *minutes < 0 || *minutes >= 60 || side.size() != 1 ||
        sides.find(side[0]) == std::string_view::npos)
        return std::nullopt;
    const double degrees = *whole + *minutes / 60;
    if (degrees > largest)
        return std::nullopt;
    return side[0] == sides[0] ? degrees : -degrees;
}

std::optional<unsigned> hex_pair(std::string_view text) {
    if (text.size() != 2 || hex_value(text[0]) < 0 || hex_value(text[1]) < 0)
        return std::nullopt;
    return static_cast<unsigned>(hex_value(text[0]) * 16 + hex_value(text[1]));
}

/// What stands between $ and *, if the checksum behind it is right.
std::optional<std::string_view> checked(std::string_view line) {
    const auto star = line.find('*');
    if (!line.starts_with('$') || star == std::string_view::npos || line.size() > kLongestLine)
        return std::nullopt;
    const std::string_view body = line.substr(1, star - 1);
    const auto wanted = hex_pair(trimmed(line.substr(star + 1)));
    unsigned sum = 0;
    for (const char sign : body)
        sum ^= static_cast<unsigned char>(sign);
    return wanted && *wanted == sum ? std::optional{body} : std::nullopt;
}

} // namespace

std::optional<TrackFix> NmeaReader::take(std::string_view line) {
    const auto end = line.find_last_not_of(" \t\r\n");
    const std::string_view text = trimmed(line.substr(0, end + 1));
    if (text.empty())
        return std::nullopt;
    TrackFix fix;
    switch (take_sentence(text, fix)) { // no default: a new answer must be counted here
    case Said::fix: ++counts_.fixes; return fix;
    case Said::nothing: ++counts_.other; break;
    case Said::bad: ++counts_.bad; break;
    case Said::no_position: ++counts_.without; break;
    }
    return std::nullopt;
}

NmeaReader::Said NmeaReader::take_sentence(std::string_view line, TrackFix& fix) {
    const auto body = checked(line);
    if (!body)
        return Said::bad;
    const std::string_view kind = body->substr(0, body->find(','));
    if (kind.size() != 5) // two letters of who talks, three of what about
        return Said::nothing;
    if (kind.ends_with("RMC"))
        return take_rmc(*body, fix);
    return kind.ends_with("GGA") ? take_gga(*body) : Said::nothing;
}

/// $--RMC,time,status,lat,N,lon,E,knots,course,date,…
NmeaReader::Said NmeaReader::take_rmc(std::string_view fields, TrackFix& fix) const {
    const auto of = split(fields);
    if (of.size() < 10)
        return Said::bad;
    if (of[2] == "V" || (of.size() > 12 && of[12] == "N"))
        return Said::no_position;
    if (of[2] != "A")
        return Said::bad;
    const auto time = time_of_day(of[1]);
    const auto day = date(of[9]);
    const auto latitude = angle(of[3], 2, 90, of[4], "NS");
    const auto longitude = angle(of[5], 3, 180, of[6], "EW");
    if (!time || !day || !latitude || !longitude)
        return Said::bad;
    fix.at = WallTime{*day} + *time;
    fix.position = {*latitude, *longitude};
    if (!of[7].empty()) {
        const auto knots = number_from(of[7]);
        if (!knots)
            return Said::bad;
        fix.speed_mps = *knots * kKnot_mps;
    }
    if (!of[8].empty()) {
        fix.course_deg = number_from(of[8]);
        if (!fix.course_deg)
            return Said::bad;
    }
    if (rated_at_ && follows(*time, *rated_at_))
        fix.accuracy_m = accuracy_m_;
    return check(fix) ? Said::fix : Said::bad;
}

/// $--GGA,time,lat,N,lon,E,quality,satellites,hdop,…
NmeaReader::Said NmeaReader::take_gga(std::string_view fields) {
    const auto of = split(fields);
    if (of.size() < 9)
        return Said::bad;
    if (of[6] == "0" || of[6].empty())
        return Said::nothing; // RMC says so, too
    const auto hdop = number_from(of[8]);
    if (!hdop)
        return of[8].empty() ? Said::nothing : Said::bad;
    const auto time = time_of_day(of[1]);
    if (*hdop < 0 || !time)
        return Said::bad;
    rated_at_ = time;
    accuracy_m_ = std::min(*hdop * kMetresPerHdop, kLargestAccuracy_m);
    return Said::nothing;
}

} // namespace vedette::analysis
