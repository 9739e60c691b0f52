#include "vedette/net/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "vedette/base/text.h"

namespace vedette::net {
namespace {

constexpr std::size_t kLongestUrl = 8192;
constexpr std::string_view kSchemeEnd = "://";

bool is_scheme(std::string_view text) {
    return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
           });
}

Error bad(const char* what) {
    return {ErrorCode::invalid_argument,
            std::string{"the address "} + what + "; it should look like scheme://host:port/path"};
}

Status read_port(std::string_view text, Url& url) {
    if (text.empty())
        return {};
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || number == 0 || number > 65'535)
        return bad("has a port that is no number from 1 to 65535");
    url.port = static_cast<std::uint16_t>(number);
    return {};
}

Status read_host_and_port(std::string_view text, Url& url) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return bad("has a [ without ]");
        url.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':')
            return bad("has something behind its ]");
    } else {
        const auto end = std::min(text.find(':'), text.size());
        url.host = text.substr(0, end);
        text.remove_prefix(end);
    }
    const bool odd = std::any_of(url.host.begin(), url.host.end(), [](unsigned char c) {
        return c <= ' ' || c == 0x7F || c == '[' || c == ']' || c == '%' || c == '@';
    });
    if (url.host.empty() || odd)
        return bad("has no host");
    return text.empty() ? Status{} : read_port(text.substr(1), url);
}

} // namespace

std::string Url::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != 0)
        (out += ':') += std::to_string(port);
    return out;
}

std::string Url::without_user() const { return scheme + "://" + authority() + target; }

std::string scheme_of(std::string_view location) {
    const auto end = location.find(kSchemeEnd);
    if (end == std::string_view::npos || !is_scheme(location.substr(0, end)))
        return {};
    return lower_ascii(location.substr(0, end));
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > kLongestUrl)
        return bad("is too long");
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }))
        return bad("has control characters in it");
    Url url;
    url.scheme = scheme_of(text);
    if (url.scheme.empty())
        return bad("has no scheme");
    text.remove_prefix(url.scheme.size() + kSchemeEnd.size());
    const auto authority_end = std::min(text.find_first_of("/?#"), text.size());
    std::string_view authority = text.substr(0, authority_end);
    url.target = text.substr(authority_end, text.find('#', authority_end) - authority_end);
    if (url.target.starts_with('?'))
        url.target.insert(0, "/");
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = authority.substr(0, at);
        const auto colon = std::min(user.find(':'), user.size());
        url.user = percent_decoded(user.substr(0, colon));
        url.password = Secret{percent_decoded(user.substr(std::min(colon + 1, user.size())))};
        authority.remove_prefix(at + 1);
    }
    VEDETTE_CHECK_OK(read_host_and_port(authority, url));
    return url;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kPlain = "-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || kPlain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        ((out += '%') += kHex[byte >> 4U]) += kHex[byte & 15U];
    }
    return out;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = i + 2 < text.size() && text[i] == '%' ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

} // namespace vedette::net
