#include <array>
#include <charconv>
#include <cstdio>

#include "vedette/events/event_json.h"

namespace vedette::events {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;

/// A fixed number of digits at the front of `text`, which is shortened by them; -1 if there are not
/// as many.
int take_digits(std::string_view& text, std::size_t count) {
    int value = 0;
    if (text.size() < count)
        return -1;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected)
        return false;
    text.remove_prefix(1);
    return true;
}

/// ".25" -> 250000; nothing there -> 0; -1 if malformed.
int take_fraction_us(std::string_view& text) {
    constexpr int kDigits = 6;
    if (!take(text, '.'))
        return 0;
    int value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits++ < kDigits)
            value = value * 10 + (text.front() - '0');
        text.remove_prefix(1);
    }
    if (digits == 0 || digits > kDigits)
        return -1;
    for (; digits < kDigits; ++digits)
        value *= 10;
    return value;
}

} // namespace

std::string format_time(WallTime time) {
    const auto day = floor<days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss<microseconds> clock{time - day};
    std::array<char, 40> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

Result<WallTime> parse_time(std::string_view text) {
    const Error wrong{ErrorCode::invalid_argument,
                      "'" + std::string{text} +
                          "' is no time of the form 2026-11-21T10:15:00.250000Z"};
    const int year = take_digits(text, 4);
    const bool dash1 = take(text, '-');
    const int month = take_digits(text, 2);
    const bool dash2 = take(text, '-');
    const int day = take_digits(text, 2);
    const bool tee = take(text, 'T');
    const int hour = take_digits(text, 2);
    const bool colon1 = take(text, ':');
    const int minute = take_digits(text, 2);
    const bool colon2 = take(text, ':');
    const int second = take_digits(text, 2);
    const int micros = take_fraction_us(text);
    const bool punctuated = dash1 && dash2 && tee && colon1 && colon2 && text == "Z";
    const bool clock_ok =
        hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
    if (!punctuated || !clock_ok || micros < 0 || year < 0 || month < 0 || day < 0)
        return wrong;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok())
        return wrong;
    return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
           std::chrono::minutes{minute} + std::chrono::seconds{second} + microseconds{micros};
}

} // namespace vedette::events
