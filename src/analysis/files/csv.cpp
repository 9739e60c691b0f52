#include "files/csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "vedette/base/utf8.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kMaxColumns = 256;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Whether a quote is still open at the end of `row`: then the row goes on in the next line.
bool is_open(std::string_view row) { return std::count(row.begin(), row.end(), '"') % 2 != 0; }

char separator_of(std::string_view header) {
    for (const char candidate : {',', ';', '\t'})
        if (header.find(candidate) != std::string_view::npos)
            return candidate;
    return ',';
}

std::string lower_case(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

template <class Number>
std::string to_shortest(Number number) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

} // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::optional<double> number_from(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::string shortest(float number) { return to_shortest(number); }
std::string shortest(double number) { return to_shortest(number); }

Result<double> number_in(std::string_view column, std::string_view cell, double low, double high) {
    const auto number = number_from(cell);
    if (!number || *number < low || *number > high)
        return Error{ErrorCode::invalid_argument, std::string{column} + " " + shown(cell) +
                                                      " must be a number from " + shortest(low) +
                                                      " to " + shortest(high)};
    return *number;
}

std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    std::string out = "'";
    for (const char c : text.substr(0, kLongest))
        out += static_cast<unsigned char>(c) < 0x20 || c == '\x7F' ? '?' : c;
    // Cut at a character, and nothing that is not UTF-8 goes into a log.
    out = encode_utf8(decode_utf8(out));
    return out + (text.size() > kLongest ? "…'" : "'");
}

bool is_plain_text(std::string_view text) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    if (ascii)
        return true;
    const std::u32string points = decode_utf8(text);
    return encode_utf8(points) == text &&
           std::none_of(points.begin(), points.end(),
                        [](char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); });
}

Result<std::optional<std::string_view>> CsvReader::next_row() {
    VEDETTE_TRY(auto row, lines_.next());
    if (!row || !is_open(*row))
        return row;
    joined_.assign(*row);
    do {
        VEDETTE_TRY(const auto more, lines_.next());
        if (!more)
            return lines_.bad("a quote (\") is opened and never closed");
        joined_ += '\n';
        joined_ += *more;
        if (joined_.size() > lines_.max_line_bytes())
            return lines_.bad("a quote (\") is opened and not closed within " +
                              std::to_string(lines_.max_line_bytes()) + " bytes");
    } while (is_open(joined_));
    return std::optional<std::string_view>{joined_};
}

/// A cell in quotes at the front of `row`, which is shortened by it; doubled quotes become one.
std::string_view CsvReader::take_quoted(std::string_view& row) {
    const std::size_t start = unquoted_.size();
    std::size_t at = 1;
    while (at < row.size() && (row[at] != '"' || row.substr(at).starts_with("\"\""))) {
        unquoted_ += row[at];
        at += row[at] == '"' ? 2 : 1;
    }
    row.remove_prefix(std::min(at + 1, row.size()));
    return std::string_view{unquoted_}.substr(start);
}

Status CsvReader::split(std::string_view row) {
    cells_.clear();
    unquoted_.clear();
    unquoted_.reserve(row.size()); // views into it must stay valid
    for (;;) {
        while (!row.empty() && is_blank(row.front()) && row.front() != separator_)
            row.remove_prefix(1);
        const bool in_quotes = row.starts_with('"');
        const std::string_view inside = in_quotes ? take_quoted(row) : std::string_view{};
        const std::size_t stop = std::min(row.find(separator_), row.size());
        const std::string_view outside = trimmed(row.substr(0, stop));
        if (in_quotes && !outside.empty())
            return lines_.bad("something stands between a closing quote and the next cell");
        cells_.push_back(in_quotes ? inside : outside);
        row.remove_prefix(stop);
        if (row.empty())
            return {};
        if (cells_.size() >= kMaxColumns)
            return lines_.bad("more than " + std::to_string(kMaxColumns) + " cells in a row");
        row.remove_prefix(1);
    }
}

Status CsvReader::read_header(std::span<const std::string_view> required) {
    VEDETTE_TRY(const auto row, next_row());
    if (!row || trimmed(*row).empty())
        return lines_.bad("the file begins with no header: its first line must name the columns");
    if (row->starts_with("\xFF\xFE") || row->starts_with("\xFE\xFF"))
        return lines_.bad("this is UTF-16: save the file as UTF-8");
    separator_ = separator_of(*row);
    VEDETTE_CHECK_OK(split(*row));
    for (const auto cell : cells_)
        names_.push_back(lower_case(cell));
    for (const auto name : required)
        if (!column(name)) {
            std::string wanted;
            for (const auto one : required)
                wanted += (wanted.empty() ? "" : ", ") + std::string{one};
            return lines_.bad("the header names no column '" + std::string{name} +
                              "'; needed are " + wanted + "; found " + shown(*row));
        }
    return {};
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

Result<std::optional<std::span<const std::string_view>>> CsvReader::next() {
    for (;;) {
        VEDETTE_TRY(const auto row, next_row());
        if (!row)
            return std::optional<std::span<const std::string_view>>{};
        if (trimmed(*row).empty())
            continue;
        VEDETTE_CHECK_OK(split(*row));
        if (cells_.size() != names_.size())
            return lines_.bad("the row has " + std::to_string(cells_.size()) +
                              " cells, the header " + std::to_string(names_.size()));
        return std::optional{std::span<const std::string_view>{cells_}};
    }
}

std::string csv_cell(std::string_view text) {
    const bool plain =
        text.find_first_of(",;\t\"\r\n") == std::string_view::npos && trimmed(text) == text;
    if (plain)
        return std::string{text};
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"')
            out += '"';
        out += c;
    }
    return out + '"';
}

} // namespace vedette::analysis
