#include "target.h"

#include <algorithm>
#include <optional>

#include "vedette/base/text.h"

namespace vedette::api {
namespace {

constexpr std::size_t kMostParameters = 64;
constexpr std::size_t kMostSegments = 64;

Error bad(std::string what) { return {ErrorCode::invalid_argument, std::move(what)}; }

/// How many bytes follow a UTF-8 lead byte, and the smallest code point so many may stand for.
struct Utf8Lead {
    int followers;
    unsigned smallest;
    unsigned bits;
};

std::optional<Utf8Lead> utf8_lead(unsigned char c) {
    if (c < 0x80)
        return Utf8Lead{0, 0, c};
    if ((c & 0xE0U) == 0xC0)
        return Utf8Lead{1, 0x80, c & 0x1FU};
    if ((c & 0xF0U) == 0xE0)
        return Utf8Lead{2, 0x800, c & 0x0FU};
    if ((c & 0xF8U) == 0xF0)
        return Utf8Lead{3, 0x10000, c & 0x07U};
    return std::nullopt;
}

bool is_scalar(unsigned point) { return point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF); }

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = utf8_lead(static_cast<unsigned char>(text[i++]));
        if (!lead)
            return false;
        unsigned point = lead->bits;
        for (int left = lead->followers; left > 0; --left, ++i) {
            if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80)
                return false;
            point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
        }
        if (point < lead->smallest || !is_scalar(point))
            return false;
    }
    return true;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

enum class Plus { plus = 1, space };

Result<std::string> percent_decoded(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::space) {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return bad("a '%' in the address must be followed by two hexadecimal digits; a "
                           "percent sign itself is written %25");
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        }
    }
    if (std::any_of(out.begin(), out.end(), is_control))
        return bad("the address holds a control character");
    if (!is_utf8(out))
        return bad("the address holds bytes that are no UTF-8");
    return out;
}

/// "http://host:80/path" -> "/path"; other forms are left as they are.
std::string_view origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme))
            continue;
        target.remove_prefix(scheme.size());
        const std::size_t slash = target.find_first_of("/?");
        return slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
    }
    return target;
}

Result<std::vector<std::string>> split_path(std::string_view path) {
    std::vector<std::string> segments;
    for (std::string_view rest = path; !rest.empty();) {
        rest.remove_prefix(1); // the slash
        const std::size_t slash = rest.find('/');
        VEDETTE_TRY(auto segment, percent_decoded(rest.substr(0, slash), Plus::plus));
        if (segments.size() == kMostSegments)
            return bad("the address has too many parts");
        segments.push_back(std::move(segment));
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
    }
    return segments;
}

Result<std::vector<QueryParameter>> split_query(std::string_view query) {
    std::vector<QueryParameter> parameters;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view one = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        if (one.empty())
            continue;
        const std::size_t equals = one.find('=');
        const auto value = equals == std::string_view::npos ? "" : one.substr(equals + 1);
        VEDETTE_TRY(auto name, percent_decoded(one.substr(0, equals), Plus::space));
        VEDETTE_TRY(auto decoded, percent_decoded(value, Plus::space));
        if (parameters.size() == kMostParameters)
            return bad("the address has more than 64 parameters");
        parameters.emplace_back(std::move(name), std::move(decoded));
    }
    return parameters;
}

} // namespace

Result<Target> parse_target(std::string_view target) {
    target = target.substr(0, target.find('#')); // no client sends it; whoever does means this
    target = origin_form(target);
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    if (!path.starts_with('/'))
        return bad("the address must be a path that starts with '/'");
    const auto query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
    Target out;
    out.path = path;
    VEDETTE_TRY(out.segments, split_path(path));
    VEDETTE_TRY(out.query, split_query(query));
    return out;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                c == '~';
        if (unreserved) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(kDigits[byte >> 4U]);
        out.push_back(kDigits[byte & 0xFU]);
    }
    return out;
}

} // namespace vedette::api
