#include "vedette/base/iso_time.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace vedette {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes a text apart from the front; once something did not fit, nothing fits any more.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_{text} {}

    int digits(std::size_t count) {
        int value = 0;
        if (text_.size() < count)
            return fail();
        for (const char c : text_.substr(0, count)) {
            if (c < '0' || c > '9')
                return fail();
            value = value * 10 + (c - '0');
        }
        text_.remove_prefix(count);
        return value;
    }
    bool take(std::string_view any_of) {
        if (!next_is(any_of))
            return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view any_of) {
        if (!take(any_of))
            fail();
    }
    [[nodiscard]] bool next_is(std::string_view any_of) const {
        return !text_.empty() && any_of.find(text_.front()) != std::string_view::npos;
    }
    [[nodiscard]] bool at_end() const { return text_.empty(); }
    [[nodiscard]] bool fits() const { return fits_; }
    int fail() {
        fits_ = false;
        text_ = {};
        return 0;
    }

private:
    std::string_view text_;
    bool fits_ = true;
};

/// ".25" or ",25": to the microsecond; further digits are cut off.
microseconds take_fraction(Scanner& scan) {
    if (!scan.take(".,"))
        return microseconds{0};
    std::int64_t value = 0;
    int digits = 0;
    while (scan.next_is("0123456789")) {
        const int digit = scan.digits(1);
        if (digits++ < 6)
            value = value * 10 + digit;
    }
    if (digits == 0)
        scan.fail();
    for (; digits < 6; ++digits)
        value *= 10;
    return microseconds{value};
}

/// How far the zone is ahead of UTC; nothing if the text names none.
std::optional<minutes> take_zone(Scanner& scan) {
    if (scan.take("Zz"))
        return minutes{0};
    if (!scan.next_is("+-"))
        return std::nullopt;
    const bool behind = scan.next_is("-");
    scan.expect("+-");
    const int hour = scan.digits(2);
    int minute = 0;
    if (scan.take(":") || !scan.at_end())
        minute = scan.digits(2);
    if (hour > 23 || minute > 59)
        scan.fail();
    const minutes ahead = hours{hour} + minutes{minute};
    return behind ? -ahead : ahead;
}

std::optional<WallTime> take_local(Scanner& scan) {
    const int year = scan.digits(4);
    scan.expect("-");
    const int month = scan.digits(2);
    scan.expect("-");
    const int day = scan.digits(2);
    scan.expect("Tt ");
    const int hour = scan.digits(2);
    scan.expect(":");
    const int minute = scan.digits(2);
    scan.expect(":");
    const int second = scan.digits(2);
    const microseconds fraction = take_fraction(scan);
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!scan.fits() || !date.ok() || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return WallTime{std::chrono::sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} +
           fraction;
}

void append_padded(std::string& to, std::int64_t value, std::size_t width) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const auto count = static_cast<std::size_t>(end - digits.data());
    to.append(width > count ? width - count : 0, '0').append(digits.data(), count);
}

} // namespace

Result<WallTime> parse_iso_time(std::string_view text, std::optional<minutes> zone_if_none) {
    Scanner scan{text};
    const auto local = take_local(scan);
    if (!local)
        return Error{ErrorCode::invalid_argument,
                     "must be a time as ISO 8601 such as 2026-11-21T10:15:00.25Z"};
    auto zone = take_zone(scan);
    if (!scan.fits() || !scan.at_end())
        return Error{ErrorCode::invalid_argument,
                     "must end with its zone: Z or an offset such as +01:00"};
    if (!zone)
        zone = zone_if_none;
    if (!zone)
        return Error{ErrorCode::invalid_argument,
                     "names no zone: add Z for UTC or an offset such as +01:00"};
    return *local - *zone;
}

std::string format_iso_time(WallTime time, SecondDigits digits) {
    const auto day = floor<days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss<microseconds> clock{time - day};
    std::string out;
    out.reserve(28);
    append_padded(out, static_cast<int>(date.year()), 4);
    append_padded(out += '-', static_cast<unsigned>(date.month()), 2);
    append_padded(out += '-', static_cast<unsigned>(date.day()), 2);
    append_padded(out += 'T', clock.hours().count(), 2);
    append_padded(out += ':', clock.minutes().count(), 2);
    append_padded(out += ':', clock.seconds().count(), 2);
    const std::int64_t fraction_us = clock.subseconds().count();
    if (digits == SecondDigits::milliseconds ||
        (digits == SecondDigits::as_needed && fraction_us % 1000 == 0))
        append_padded(out += '.', fraction_us / 1000, 3);
    else
        append_padded(out += '.', fraction_us, 6);
    return out += 'Z';
}

} // namespace vedette
