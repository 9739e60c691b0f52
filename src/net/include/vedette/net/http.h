#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/net/patience.h"
#include "vedette/net/stream.h"

namespace vedette::net {

struct HttpRequest {
    std::string url; ///< http:// or https://; user and password in it are used, as `user` is
    std::optional<std::string> post{};  ///< a body makes it a POST, unless `method` says otherwise
    std::string method{};               ///< of a request with a body, "PUT", say; empty: POST
    std::vector<std::string> headers{}; ///< "Name: value"
    std::string user{};                 ///< Basic or Digest (RFC 7617, 7616), as the server asks
    Secret<std::string> password{};
    enum class Login { any = 1, digest } login = Login::any; ///< Basic shows the password
    TlsOptions tls{};
    std::size_t max_body = 1'000'000; ///< bytes; a larger answer is refused
    /// By way of the proxy that http_proxy and https_proxy name. Cameras are near and need none.
    bool through_proxy = false;
};

struct HttpAnswer {
    long status = 0;
    std::string content_type; ///< without parameters, lower case; empty if there is none
    std::string entity_tag;   ///< ETag, as it was sent
    std::string modified;     ///< Last-Modified, as it was sent
    std::string server;       ///< what the server calls itself
    std::string location;     ///< where a redirect leads, as it was sent
    std::string range;        ///< Content-Range of a 206, as it was sent
    std::string asks;         ///< WWW-Authenticate of a 401
    std::string body;
};

/// Asks HTTP servers, one question at a time, over one connection as long as that holds.
///
/// Thread-compatible. Redirects are not followed: they could lead anywhere, and who asks has to see
/// to that.
class HttpClient {
public:
    HttpClient();
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    /// \return whatever the server said, errors of HTTP too; not_found (no such name), unavailable,
    ///   permission_denied (certificate), deadline_exceeded, cancelled, invalid_argument (the
    ///   address), resource_exhausted (a larger answer than allowed)
    [[nodiscard]] Result<HttpAnswer> ask(const HttpRequest& request, const Patience& patience);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace vedette::net
