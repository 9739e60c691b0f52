#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "message.h"
#include "permission.h"
#include "target.h"

namespace vedette::api {

/// Where a route's handler is called.
enum class Place {
    at_once = 1, ///< on the connection's thread: it must not wait for anything
    worker,      ///< on a worker: it may ask the store, read a file, encode a picture
    websocket,   ///< the connection becomes a WebSocket; a plain request gets 426
};

using Handler = std::function<Response(const Request&)>;

/// One line of the table of what the server answers.
struct Route {
    Method method = Method::get; ///< a GET answers HEAD, too
    /// "/events/{id}": {name} is one part of the path, {name...} at the end is one or more.
    std::string pattern{};
    Permission permission{};
    Place place = Place::worker;
    /// Equal requests within this time get the same answer, so that many who watch cost what one
    /// does; and of equal requests at once only one is worked on.
    std::chrono::milliseconds same_answer_for{0};
    /// Its handler may be at work for more than a second, and gives up at Request::stop. \pre on a
    /// worker, and each request has an answer of its own
    bool takes_long = false;
    Handler handler{}; ///< empty for a WebSocket
};

/// Finds the route of a request.
///
/// Immutable once made, so any thread may ask.
class Router {
public:
    /// A literal part wins against a {name}. \pre no two routes have the same method and pattern.
    explicit Router(std::vector<Route> routes);

    struct Match {
        const Route* route = nullptr; ///< borrowed from the router
        std::vector<std::string> captured{};
    };
    struct NotFound {};
    struct WrongMethod {
        std::string allow; ///< "GET, HEAD, OPTIONS"
    };
    using Found = std::variant<Match, NotFound, WrongMethod>;

    /// HEAD finds what GET finds; OPTIONS finds nothing, its answer is WrongMethod::allow.
    [[nodiscard]] Found find(Method method, const std::vector<std::string>& segments) const;

    [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

private:
    struct Part {
        enum class Kind { literal = 1, one, rest } kind;
        std::string text;
    };
    using Pattern = std::vector<Part>;

    static Pattern parse(std::string_view pattern);
    static bool fits(const Pattern& pattern, const std::vector<std::string>& segments,
                     std::vector<std::string>* captured);

    std::vector<Route> routes_;
    std::vector<Pattern> patterns_; ///< of routes_, in the same order
};

/// The server's prefix for clients that pin a version of the API.
inline constexpr std::string_view kVersionPrefix = "/api/v1";

/// Takes "/api/v1" off the front. \return the prefix or "".
[[nodiscard]] std::string_view take_version_prefix(std::vector<std::string>& segments);

} // namespace vedette::api
