#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::api {

enum class Method { get = 1, head, post, put, patch, del, options, other };

[[nodiscard]] Method method_from(std::string_view name) noexcept;
[[nodiscard]] std::string_view to_string(Method method) noexcept;

/// A request as it came, well-formed as HTTP but not understood yet. Borrows everything.
struct RawRequest {
    std::string_view method;
    std::string_view target; ///< "/events/recent?limit=5", or the absolute form
    std::string_view host;
    std::string_view origin;         ///< empty if there is none
    std::string_view fetch_site;     ///< Sec-Fetch-Site; empty if there is none
    std::string_view if_none_match;  ///< empty if there is none
    std::string_view content_type{}; ///< of the body; empty if there is none
    std::string_view body{};
    bool is_websocket_upgrade = false;
};

using QueryParameter = std::pair<std::string, std::string>; ///< name and value, decoded

/// A request for one route.
struct Request {
    Method method = Method::get;
    std::string path;                  ///< below `base`, as it was typed
    std::string base;                  ///< "" or "/api/v1": what links in the answer start with
    std::vector<std::string> captured; ///< the route's {…}, decoded
    std::vector<QueryParameter> query;
    std::string if_none_match;
    std::string content_type{};
    std::string body{}; ///< at most ApiLimits::body_bytes; not looked at yet
};

/// Bytes that are owned by somebody else for as long as they are needed; a copy costs no copy of
/// the bytes.
class Body {
public:
    Body() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): a text is a body
    Body(std::string text);
    static Body of(std::vector<std::byte> bytes);
    /// \param bytes live as long as the program.
    static Body of_program(std::string_view bytes);
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

private:
    std::shared_ptr<const void> owner_;
    std::string_view bytes_;
};

struct Header {
    std::string_view name; ///< lives as long as the program
    std::string value;     ///< printable ASCII
};

struct Response {
    int status = 200;
    std::string_view content_type; ///< lives as long as the program; empty: no body
    Body body;
    std::vector<Header> headers;
    std::string etag; ///< with its quotes; empty: none
};

[[nodiscard]] Response json_response(std::string json);

/// "OK", "Not Found", …
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// \return "\"…\"", a strong entity tag of these bytes.
[[nodiscard]] std::string etag_of(std::string_view bytes);
/// Whether an If-None-Match names this tag (RFC 9110, 13.1.2: the weak comparison).
[[nodiscard]] bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

} // namespace vedette::api
