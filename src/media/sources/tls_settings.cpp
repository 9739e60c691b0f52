#include "sources/tls_settings.h"

#include <optional>

#include "vedette/media/source.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

/// The port of a scheme that is always under TLS and that libavformat opens.
std::optional<std::uint16_t> tls_port(const std::string& scheme) {
    if (scheme == "https" || scheme == "rtmps")
        return std::uint16_t{443};
    return std::nullopt;
}

} // namespace

std::vector<std::pair<std::string, std::string>> tls_settings(const std::string& location,
                                                              const net::TlsOptions& tls) {
    const auto url = net::parse_url(location);
    std::vector<std::pair<std::string, std::string>> settings;
    if (!url || !tls_port(url->scheme))
        return settings;
    settings.emplace_back("tls_verify", tls.verify ? "1" : "0");
    if (!tls.ca_file.empty())
        settings.emplace_back("ca_file", tls.ca_file.string());
    if (!tls.server_name.empty())
        settings.emplace_back("verifyhost", tls.server_name);
    return settings;
}

Error with_tls_reason(Error otherwise, const std::string& location, const net::TlsOptions& tls,
                      const net::Patience& patience) {
    const auto url = net::parse_url(location);
    const auto usual = url ? tls_port(url->scheme) : std::nullopt;
    if (otherwise.code() != ErrorCode::unavailable || !usual)
        return otherwise;
    auto stream = net::Stream::connect(url->host, url->port != 0 ? url->port : *usual, patience);
    if (!stream)
        return otherwise;
    auto secured = (*stream)->secure(tls, patience);
    if (secured || secured.error().code() == ErrorCode::cancelled)
        return otherwise;
    return std::move(secured).error().with_context("open '" + without_credentials(location) + "'");
}

} // namespace vedette::media
