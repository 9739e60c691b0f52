#include "watchlist/zone_rule.h"

#include <charconv>

namespace vedette::analysis {
namespace {

using std::chrono::seconds;

/// Takes what it understands from the front; once something was wrong it understands nothing more.
class Reader {
public:
    explicit Reader(std::string_view text) : text_{text} {}
    [[nodiscard]] bool at_end() const { return text_.empty(); }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool sees(char c) const { return !text_.empty() && text_.front() == c; }

    bool take(char c) {
        if (!sees(c))
            return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char c) { failed_ = !take(c) || failed_; }

    unsigned number(unsigned most) {
        unsigned value = most + 1;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        if (error != std::errc{} || value > most) {
            failed_ = true;
            return 0;
        }
        text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
        return value;
    }
    /// "CET" or "<+03>"
    void name() {
        const bool quoted = take('<');
        std::size_t length = 0;
        const auto belongs = [&](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                   (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
        };
        while (length < text_.size() && belongs(text_[length]))
            ++length;
        failed_ = failed_ || length < 3;
        text_.remove_prefix(length);
        if (quoted)
            expect('>');
    }
    /// "-1", "5:30", "+26:00:00"
    seconds time() {
        const bool negative = take('-');
        if (!negative)
            take('+');
        seconds value = std::chrono::hours{number(167)};
        if (take(':'))
            value += std::chrono::minutes{number(59)};
        if (take(':'))
            value += seconds{number(59)};
        return negative ? -value : value;
    }
    /// "M3.5.0/2"
    YearlyMoment moment() {
        YearlyMoment moment;
        expect('M');
        moment.month = number(12);
        expect('.');
        moment.week = number(5);
        expect('.');
        moment.weekday = number(6);
        if (take('/'))
            moment.at = time();
        failed_ = failed_ || moment.month == 0 || moment.week == 0;
        return moment;
    }

private:
    std::string_view text_;
    bool failed_ = false;
};

} // namespace

std::chrono::sys_seconds YearlyMoment::in(std::chrono::year year) const {
    using namespace std::chrono; // NOLINT(google-build-using-namespace): dates
    const auto of_month = year / std::chrono::month{month};
    const std::chrono::weekday day{weekday};
    const sys_days date =
        week == 5 ? sys_days{of_month / day[last]} : sys_days{of_month / day[week]};
    return sys_seconds{date} + at;
}

seconds ZoneRule::offset_at(WallTime time) const {
    if (!summer_begins)
        return standard;
    const auto local_day = std::chrono::floor<std::chrono::days>(time + standard);
    const std::chrono::year year = std::chrono::year_month_day{local_day}.year();
    const auto begins = summer_begins->in(year)-standard;
    const auto ends = summer_ends.in(year)-summer;
    const bool is_summer =
        begins < ends ? time >= begins && time < ends : time >= begins || time < ends;
    return is_summer ? summer : standard;
}

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
    Reader reader{text};
    ZoneRule rule;
    reader.name();
    rule.standard = -reader.time(); // POSIX counts westward
    rule.summer = rule.standard + std::chrono::hours{1};
    if (!reader.failed() && !reader.at_end()) {
        reader.name();
        if (!reader.at_end() && !reader.sees(','))
            rule.summer = -reader.time();
        reader.expect(',');
        rule.summer_begins = reader.moment();
        reader.expect(',');
        rule.summer_ends = reader.moment();
    }
    if (reader.failed() || !reader.at_end())
        return std::nullopt;
    return rule;
}

} // namespace vedette::analysis
