#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/result.h"

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
    std::string_view accept{};       ///< empty if there is none
    std::string_view range{};        ///< empty if there is none
    std::string_view if_range{};     ///< empty if there is none
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
    bool wants_page = false; ///< a browser's own request, below no base: HTML is better than JSON
    std::string body{};      ///< at most ApiLimits::body_bytes; not looked at yet
    /// Asked for when nobody waits for the answer any more: the client left, or the server stops.
    /// Only where Route::takes_long says that the handler looks at it.
    std::stop_token stop{};
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

/// A body that is read piece by piece while it is sent, so that it may be of any size.
///
/// Called on workers, by one at a time.
class BodySource {
public:
    virtual ~BodySource() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills `into`. Called in the order of the bytes, without holes within what is sent. After an
    /// error the client's connection is closed, so that it notices. \pre offset + into.size() <=
    /// size()
    [[nodiscard]] virtual Status read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
};

/// What of such a body is sent.
struct StreamedBody {
    std::shared_ptr<BodySource> source;
    std::uint64_t from = 0;
    std::uint64_t bytes = 0;
    bool ranges = false; ///< parts of it may be asked for

    [[nodiscard]] static StreamedBody of(std::unique_ptr<BodySource> source, bool ranges);
};

struct Header {
    std::string_view name; ///< lives as long as the program
    std::string value;     ///< printable ASCII
};

struct Response {
    int status = 200;
    std::string_view
        content_type; ///< lives as long as the program; empty: no body, or it is a header
    Body body;
    std::optional<StreamedBody> stream{}; ///< instead of `body`
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
