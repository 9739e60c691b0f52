// Any request target is refused or taken apart into parts that mean the same when they are put
// together again, and the server has an answer for it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "router.h"
#include "same_site.h"
#include "target.h"

namespace {

using namespace vedette::api;

const Router& some_router() {
    static const Router kRouter = [] {
        std::vector<Route> routes;
        for (const char* pattern : {"/", "/events/recent", "/events/{id}", "/events/plate/{text}",
                                    "/snapshots/{key...}", "/cameras/{id}/latest.jpg"})
            routes.push_back(
                {.method = Method::get, .pattern = pattern, .permission = Permission::anyone});
        return Router{std::move(routes)};
    }();
    return kRouter;
}

std::string put_together(const Target& target) {
    std::string out;
    for (const auto& segment : target.segments)
        out += "/" + percent_encoded(segment);
    out += "?";
    for (const auto& [name, value] : target.query)
        out += percent_encoded(name) + "=" + percent_encoded(value) + "&";
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    (void)is_our_host(text, {});
    RawRequest raw;
    raw.host = "localhost";
    raw.origin = text;
    (void)is_same_origin(raw);
    (void)names_etag(text, "\"a\"");
    auto target = parse_target(text);
    if (!target)
        return 0;
    const auto again = parse_target(put_together(*target));
    if (!again || again->segments != target->segments || again->query != target->query)
        std::abort();
    (void)take_version_prefix(target->segments);
    const auto found = some_router().find(Method::get, target->segments);
    if (const auto* match = std::get_if<Router::Match>(&found))
        for (const auto& captured : match->captured)
            if (captured.empty())
                std::abort();
    return 0;
}
