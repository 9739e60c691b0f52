#include "service.h"

#include <exception>
#include <optional>

#include "problem.h"
#include "same_site.h"

namespace vedette::api {
namespace {

/// For every answer. Pages and pictures that need more say so themselves.
constexpr std::string_view kNothingAllowed = "default-src 'none'; frame-ancestors 'none'";

Response refused(int status, std::string_view code, std::string detail) {
    return to_response(
        {.status = status, .code = code, .detail = std::move(detail), .parameter = {}});
}

/// Why the request may not come in at all.
std::optional<Response> refusal(const RawRequest& raw, const std::vector<std::string>& hosts) {
    if (!is_our_host(raw.host, hosts))
        return refused(421, "wrong_host",
                       "this server does not answer to the name in the Host field; ask for "
                       "localhost or its IP address, or add the name to its configuration");
    const Method method = method_from(raw.method);
    const bool only_reads =
        method == Method::get || method == Method::head || method == Method::options;
    if ((!only_reads || raw.is_websocket_upgrade) && !is_same_origin(raw))
        return refused(403, "permission_denied",
                       "a page of another site may not do this: Origin and Host differ");
    return std::nullopt;
}

Response options_response(std::string allow) {
    Response response;
    response.status = 204;
    response.headers.push_back({"Allow", std::move(allow)});
    return response;
}

Response redirect(std::string where) {
    Response response;
    response.status = 308;
    response.headers.push_back({"Location", std::move(where)});
    return response;
}

Response wrong_method(std::string_view method, const std::string& path, std::string allow) {
    Response response =
        refused(405, "wrong_method",
                path + " does not know " + std::string{method} + "; it knows " + allow);
    response.headers.push_back({"Allow", std::move(allow)});
    return response;
}

} // namespace

Service::Service(std::vector<Route> routes, std::vector<std::string> hosts, Log& log)
    : router_{std::move(routes)}, hosts_{std::move(hosts)}, log_{log} {}

Service::Plan Service::plan(const RawRequest& raw) const {
    if (auto refused = refusal(raw, hosts_))
        return *std::move(refused);
    const Method method = method_from(raw.method);
    if (method == Method::options && raw.target == "*")
        return options_response("GET, HEAD, POST, PUT, DELETE, OPTIONS");
    auto target = parse_target(raw.target);
    if (!target)
        return problem_response(target.error());
    const std::string_view base = take_version_prefix(target->segments);
    if (target->segments.empty()) // "/api/v1": what the page links to lies beside "/api/v1/"
        return redirect(std::string{base} + "/");
    Router::Found found = router_.find(method, target->segments);
    if (const auto* wrong = std::get_if<Router::WrongMethod>(&found))
        return method == Method::options ? options_response(wrong->allow)
                                         : wrong_method(raw.method, target->path, wrong->allow);
    auto* match = std::get_if<Router::Match>(&found);
    if (match == nullptr)
        return refused(404, "not_found",
                       "there is nothing at " + target->path + "; /docs lists what there is");
    return Task{.route = match->route,
                .request = {.method = method,
                            .path = target->path.substr(base.size()),
                            .base = std::string{base},
                            .captured = std::move(match->captured),
                            .query = std::move(target->query),
                            .if_none_match = std::string{raw.if_none_match},
                            .content_type = std::string{raw.content_type},
                            .wants_page = base.empty() &&
                                          raw.accept.find("text/html") != std::string_view::npos,
                            .body = std::string{raw.body}}};
}

Response Service::run(const Task& task) const {
    try {
        Response response = task.route->handler(task.request);
        if (response.status >= 500 && response.status != 503)
            log_.warn("a request was answered with an error",
                      {{"route", task.route->pattern}, {"answer", response.body.bytes()}});
        return response;
    } catch (const std::exception& error) {
        log_.error("a handler threw", {{"route", task.route->pattern}, {"what", error.what()}});
    }
    return refused(500, "internal", "a fault in the server; its log says more");
}

void Service::tell_broken_stream(const Route* route, const Error& error) const {
    log_.warn("an answer broke off",
              {{"route", route == nullptr ? "" : route->pattern}, {"reason", error.message()}});
}

void Service::finish(Response& response, const Conditions& conditions) {
    if (response.status == 200 && names_etag(conditions.if_none_match, response.etag)) {
        response.status = 304;
        response.content_type = {};
        response.body = {};
        response.stream.reset();
    }
    apply_range(response, conditions);
    bool has_policy = false;
    for (const Header& header : response.headers)
        has_policy = has_policy || header.name == "Content-Security-Policy";
    if (!has_policy)
        response.headers.push_back({"Content-Security-Policy", std::string{kNothingAllowed}});
}

} // namespace vedette::api
