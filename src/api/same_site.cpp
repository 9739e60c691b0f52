#include "same_site.h"

#include <algorithm>

#include "vedette/base/text.h"

namespace vedette::api {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_port(std::string_view text) {
    constexpr std::size_t kLongestPort = 5;
    return text.size() <= kLongestPort && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_ipv4(std::string_view host) {
    int dots = 0;
    int digits = 0;
    for (const char c : host) {
        if (is_digit(c) && digits < 3) {
            ++digits;
        } else if (c == '.' && digits > 0) {
            ++dots;
            digits = 0;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0;
}

bool is_ipv6(std::string_view inside) {
    return inside.find(':') != std::string_view::npos &&
           inside.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

} // namespace

bool is_our_host(std::string_view host, std::span<const std::string> names) {
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos)
            return false;
        const std::string_view port = host.substr(end + 1);
        return is_ipv6(host.substr(1, end - 1)) &&
               (port.empty() || (port.front() == ':' && is_port(port.substr(1))));
    }
    const std::size_t colon = host.find(':');
    if (colon != std::string_view::npos && !is_port(host.substr(colon + 1)))
        return false;
    std::string name = lower_ascii(host.substr(0, colon));
    if (name.ends_with('.'))
        name.pop_back();
    return is_ipv4(name) || name == "localhost" || name.ends_with(".localhost") ||
           std::any_of(names.begin(), names.end(),
                       [&](const std::string& ours) { return lower_ascii(ours) == name; });
}

bool is_same_origin(const RawRequest& request) {
    if (request.fetch_site == "cross-site" || request.fetch_site == "same-site")
        return false;
    if (request.origin.empty())
        return true;
    for (const std::string_view scheme : {"http://", "https://"})
        if (request.origin.starts_with(scheme))
            return lower_ascii(request.origin.substr(scheme.size())) == lower_ascii(request.host);
    return false; // "null", or no origin of a web page
}

} // namespace vedette::api
