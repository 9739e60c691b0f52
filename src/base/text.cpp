#include "vedette/base/text.h"

#include <algorithm>

namespace vedette {
namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_letter_or_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

} // namespace

std::string lower_ascii(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string as_identifier(std::string_view text, char separator) {
    std::string out;
    bool between = false;
    for (const char c : text) {
        if (!is_letter_or_digit(c)) {
            between = !out.empty();
            continue;
        }
        if (between)
            out += separator;
        between = false;
        out += lower(c);
    }
    return out;
}

int hex_value(char digit) noexcept {
    const char c = lower(digit);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace vedette
