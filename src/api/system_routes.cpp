#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "json_text.h"
#include "parameters.h"
#include "problem.h"
#include "routes.h"

namespace vedette::api {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr milliseconds kSameFigures{500};

Response unfit(std::string what) {
    return to_response(
        {.status = 501, .code = "not_implemented", .detail = std::move(what), .parameter = {}});
}

/// That it answers is what it says; whether it can do its work is /ready.
Response health(const Request& request, const std::string& version, SteadyTime started,
                const Clock& clock) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    const auto up = std::chrono::duration_cast<std::chrono::seconds>(clock.steady_now() - started);
    Response response = json_response(
        text_of(Json{{"status", "ok"}, {"version", version}, {"uptime_s", up.count()}}));
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

std::vector<ReadyCheck> all_checks(const ApiParts& parts) {
    std::vector<ReadyCheck> checks;
    const auto events = parts.log.read(parts.log.extent().last, 1);
    checks.push_back({"event_log", events.has_value(), events ? "" : events.error().message()});
    const auto stored = parts.store.extent();
    checks.push_back({"event_store", stored.has_value(), stored ? "" : stored.error().message()});
    if (parts.checks)
        for (auto& check : parts.checks())
            checks.push_back(std::move(check));
    return checks;
}

Response ready(const Request& request, const ApiParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    bool all_well = true;
    Json list = Json::array();
    for (const ReadyCheck& check : all_checks(parts)) {
        all_well = all_well && check.well;
        Json one{{"name", check.name}, {"well", check.well}};
        if (!check.detail.empty())
            one["detail"] = check.detail;
        list.push_back(std::move(one));
    }
    Response response = json_response(
        text_of(Json{{"status", all_well ? "ready" : "not ready"}, {"checks", std::move(list)}}));
    response.status = all_well ? 200 : 503;
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

Response stats(const Request& request, const ApiParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    return parts.stats ? json_response(parts.stats()) : unfit("this server keeps no figures");
}

Response metrics(const Request& request, const ApiParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    if (!parts.metrics)
        return unfit("this server keeps no metrics");
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = parts.metrics();
    return response;
}

Response reload(const Request& request, const ApiParts& parts, std::mutex& one_at_a_time) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    if (!parts.reload)
        return unfit("this server was started without a configuration file to read again");
    const std::unique_lock turn{one_at_a_time, std::try_to_lock};
    if (!turn)
        return to_response({.status = 409,
                            .code = "already_exists",
                            .detail = "the configuration is being read again just now",
                            .parameter = {}});
    const auto changed = parts.reload();
    if (!changed)
        return problem_response(changed.error());
    return json_response(text_of(Json{{"changed", *changed}}));
}

} // namespace

std::vector<Route> system_routes(const ApiParts& parts, const Clock& clock) {
    const auto get = [](std::string pattern, Permission permission, Place place, Handler handler) {
        return Route{.method = Method::get,
                     .pattern = std::move(pattern),
                     .permission = permission,
                     .place = place,
                     .same_answer_for = place == Place::worker ? kSameFigures : milliseconds{0},
                     .handler = std::move(handler)};
    };
    const auto one_at_a_time = std::make_shared<std::mutex>();
    return {
        get("/health", Permission::anyone, Place::at_once,
            [version = parts.version, started = clock.steady_now(),
             &clock](const Request& request) { return health(request, version, started, clock); }),
        get("/ready", Permission::anyone, Place::worker,
            [&parts](const Request& request) { return ready(request, parts); }),
        get("/stats", Permission::see_system, Place::worker,
            [&parts](const Request& request) { return stats(request, parts); }),
        get("/metrics", Permission::see_system, Place::worker,
            [&parts](const Request& request) { return metrics(request, parts); }),
        {.method = Method::post,
         .pattern = "/config/reload",
         .permission = Permission::change_settings,
         .place = Place::worker,
         .handler = [&parts, one_at_a_time](
                        const Request& request) { return reload(request, parts, *one_at_a_time); }},
    };
}

} // namespace vedette::api
