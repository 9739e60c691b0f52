// What is taken for an address says the same when it is written down and read again, and its user
// and password do not show.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vedette/net/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using vedette::net::parse_url;
    using vedette::net::percent_encoded;
    const auto url = parse_url({reinterpret_cast<const char*>(data), size});
    if (!url)
        return 0;
    const auto plain = parse_url(url->without_user());
    if (!plain || plain->host != url->host || plain->port != url->port ||
        plain->target != url->target || plain->user)
        std::abort();
    std::string with_user = url->scheme + "://" + percent_encoded(url->user.value_or("")) + ":" +
                            percent_encoded(url->password.reveal()) + "@" + url->authority() +
                            url->target;
    const auto again = parse_url(with_user);
    if (again && (again->user != url->user.value_or("") || !(again->password == url->password)))
        std::abort();
    return 0;
}
