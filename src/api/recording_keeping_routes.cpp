#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "event_query.h"
#include "json_body.h"
#include "json_text.h"
#include "parameters.h"
#include "problem.h"
#include "routes.h"
#include "vedette/api/recording_json.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

using events::format_time;
using Json = nlohmann::ordered_json;

constexpr int kUsualPage = 100;
constexpr int kLargestPage = 500;
constexpr int kUsualPlan_s = 86'400;
constexpr int kLongestPlan_s = 31 * 86'400;
constexpr int kUsualNamed = 20;
constexpr int kMostNamed = 1'000;
constexpr std::size_t kLongestReason = 500;

Response unfit(const char* what) {
    return to_response({.status = 501,
                        .code = "not_implemented",
                        .detail = std::string{"this server "} + what,
                        .parameter = {}});
}

// ---- what goes, and what fits ----

Response plan(const Request& request, const RecordingParts& parts, WallTime now) {
    Parameters parameters{request.query};
    const std::chrono::seconds within{
        parameters.integer("within", kUsualPlan_s, 0, kLongestPlan_s)};
    const int most = parameters.integer("limit", kUsualNamed, 0, kMostNamed);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto planned = parts.plan(within);
    if (!planned)
        return problem_response(planned.error());
    return json_response(plan_json(*planned, now, within, static_cast<std::size_t>(most)));
}

Response forecast(const Request& request, const RecordingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    const auto forecast = parts.forecast();
    if (!forecast)
        return problem_response(forecast.error());
    return json_response(forecast_json(*forecast, parts.tiers()));
}

// ---- what somebody said ----

Json trigger_json(const ports::RecordingTrigger& one) {
    return {{"id", one.id},
            {"camera", one.camera.value()},
            {"at", format_time(one.at)},
            {"from", format_time(one.from)},
            {"to", format_time(one.to)},
            {"reason", one.reason},
            {"keep", one.keep}};
}

/// \return whether it is a whole number of seconds that may be asked for, or is not there
std::optional<Response> read_seconds(const nlohmann::json& body, const char* name,
                                     std::optional<std::chrono::seconds>& into) {
    const auto member = body.find(name);
    if (member == body.end())
        return std::nullopt;
    constexpr auto kMost = static_cast<std::uint64_t>(TriggerOrder::kLongest.count());
    if (!member->is_number_unsigned() || member->get<std::uint64_t>() > kMost)
        return refused_member(name, std::string{name} +
                                        " must be a whole number of seconds, 0 to " +
                                        std::to_string(kMost));
    into = std::chrono::seconds{member->get<std::int64_t>()};
    return std::nullopt;
}

std::variant<TriggerOrder, Response> order_in(const Request& request) {
    auto read = json_object_in(request, {"before_s", "after_s", "reason", "keep"},
                               R"({"reason":"the bell","after_s":60})");
    if (auto* problem = std::get_if<Response>(&read))
        return std::move(*problem);
    const auto& body = std::get<nlohmann::json>(read);
    TriggerOrder order;
    order.camera = domain::CameraId{request.captured[0]};
    if (auto problem = read_seconds(body, "before_s", order.before))
        return *std::move(problem);
    if (auto problem = read_seconds(body, "after_s", order.after))
        return *std::move(problem);
    if (auto problem = read_text(body, "reason", 0, kLongestReason, order.reason))
        return *std::move(problem);
    if (const auto keep = body.find("keep"); keep != body.end()) {
        if (!keep->is_boolean())
            return refused_member("keep", "keep must be true or false");
        order.keep = keep->get<bool>();
    }
    return order;
}

Response trigger(const Request& request, const RecordingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    auto order = order_in(request);
    if (auto* problem = std::get_if<Response>(&order))
        return std::move(*problem);
    const auto made = parts.trigger(std::get<TriggerOrder>(order));
    return made ? json_response(text_of(trigger_json(*made))) : problem_response(made.error());
}

Response triggers(const Request& request, const RecordingParts& parts) {
    Parameters parameters{request.query};
    ports::TriggerQuery query;
    if (const auto camera = parameters.text("camera")) {
        if (camera->empty())
            parameters.fail("camera", "must be a name; leave it out for all cameras");
        query.camera = domain::CameraId{*camera};
    }
    query.from = parameters.time("from").value_or(query.from);
    query.to = parameters.time("to").value_or(query.to);
    query.limit =
        static_cast<std::size_t>(parameters.integer("limit", kUsualPage, 1, kLargestPage));
    if (const auto cursor = parameters.text("cursor")) {
        const char* const end = cursor->data() + cursor->size();
        const auto [at, error] = std::from_chars(cursor->data(), end, query.before);
        if (error != std::errc{} || at != end || query.before == 0 || query.before > INT64_MAX)
            parameters.fail("cursor", "is none of this server's");
    }
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto page = parts.index->triggers(query);
    if (!page)
        return problem_response(page.error());
    Json list = Json::array();
    for (const ports::RecordingTrigger& one : *page)
        list.push_back(trigger_json(one));
    const std::string next =
        page->size() == query.limit ? link_to_page(request, std::to_string(page->back().id)) : "";
    Response response = json_response(
        text_of({{"triggers", std::move(list)}, {"next", next.empty() ? Json{} : Json(next)}}));
    if (!next.empty())
        response.headers.push_back({"Link", "<" + next + ">; rel=\"next\""});
    return response;
}

} // namespace

std::vector<Route> recording_keeping_routes(const ApiParts& parts, const Clock& clock) {
    const auto make =
        [&parts](Method method, std::string pattern, Permission permission,
                 std::function<Response(const Request&, const RecordingParts&)> answer) {
            return Route{.method = method,
                         .pattern = "/recordings" + std::move(pattern),
                         .permission = permission,
                         .place = Place::worker,
                         .handler = [&parts, answer = std::move(answer)](const Request& request) {
                             return parts.recordings.index == nullptr
                                        ? unfit("has no recordings")
                                        : answer(request, parts.recordings);
                         }};
        };
    return {make(Method::get, "/plan", Permission::see_recordings,
                 [&clock](const Request& request, const RecordingParts& ours) {
                     return ours.plan ? plan(request, ours, clock.wall_now())
                                      : unfit("deletes nothing");
                 }),
            make(Method::get, "/forecast", Permission::see_recordings,
                 [](const Request& request, const RecordingParts& ours) {
                     return ours.forecast && ours.tiers ? forecast(request, ours)
                                                        : unfit("records nothing");
                 }),
            make(Method::get, "/triggers", Permission::see_recordings, triggers),
            make(Method::post, "/{camera}/trigger", Permission::keep_recordings,
                 [](const Request& request, const RecordingParts& ours) {
                     return ours.trigger ? trigger(request, ours) : unfit("records nothing");
                 })};
}

} // namespace vedette::api
