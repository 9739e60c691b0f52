#include <array>
#include <map>
#include <memory>

#include "assets.h"
#include "problem.h"
#include "routes.h"

namespace vedette::api {
namespace {

/// Scripts and styles of this server alone, data from this server alone.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";
/// Swagger UI sets styles by script and draws its icons from data: URLs.
constexpr std::string_view kDocsPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

std::string_view type_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes{{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".json", "application/json"},
        {".txt", "text/plain; charset=utf-8"},
    }};
    for (const auto& [end, type] : kTypes)
        if (name.ends_with(end))
            return type;
    return "application/octet-stream";
}

using Files = std::map<std::string, Response, std::less<>>;

Response as_response(const Asset& asset) {
    Response response;
    response.content_type = type_of(asset.name);
    response.body = Body::of_program(asset.bytes);
    response.etag = etag_of(asset.bytes);
    const auto policy = asset.name.starts_with("docs/") ? kDocsPolicy : kPagePolicy;
    response.headers = {{"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", std::string{policy}}};
    return response;
}

Files files_as_responses() {
    Files files;
    for (const Asset& asset : embedded_assets())
        files.emplace(asset.name, as_response(asset));
    return files;
}

Response file(const Files& files, const std::string& name) {
    if (const auto found = files.find(name); found != files.end())
        return found->second;
    return to_response({.status = 404,
                        .code = "not_found",
                        .detail = "there is no file '" + name + "'",
                        .parameter = {}});
}

Route route(std::string pattern, Handler handler) {
    return {.method = Method::get,
            .pattern = std::move(pattern),
            .permission = Permission::anyone,
            .place = Place::at_once,
            .handler = std::move(handler)};
}

} // namespace

Response page(const std::string& name) {
    for (const Asset& asset : embedded_assets())
        if (asset.name == name)
            return as_response(asset);
    return file({}, name);
}

std::vector<Route> asset_routes() {
    const auto files = std::make_shared<const Files>(files_as_responses());
    const auto one = [files](std::string name) {
        return [files, name = std::move(name)](const Request&) { return file(*files, name); };
    };
    const auto below = [files](std::string folder) {
        return [files, folder = std::move(folder)](const Request& request) {
            return file(*files, folder + request.captured[0]);
        };
    };
    return {
        route("/", one("page/index.html")),
        route("/following", one("page/following.html")),
        route("/following/{id}", one("page/case.html")),
        route("/assets/{file}", below("page/")),
        route("/docs", one("docs/index.html")),
        route("/docs/{file}", below("docs/")),
        route("/openapi.json", one("openapi.json")),
    };
}

} // namespace vedette::api
