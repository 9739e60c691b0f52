#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "parameters.h"
#include "problem.h"
#include "routes.h"

namespace vedette::api {
namespace {

constexpr int kDay_s = 86'400;
constexpr std::size_t kLongestPlate_bytes = 64;
constexpr std::size_t kLongestSite_bytes = 512;

Response unfit(std::string what) {
    return to_response(
        {.status = 501, .code = "not_implemented", .detail = std::move(what), .parameter = {}});
}

std::string plate_of(Parameters& parameters) {
    const auto plate = parameters.text("plate");
    if (!plate || plate->empty())
        parameters.fail("plate", "is missing: say whose");
    else if (plate->size() > kLongestPlate_bytes)
        parameters.fail("plate", "must have at most 64 bytes");
    return plate.value_or("");
}

/// Which parameter a complaint is about: messages start with the field's name.
std::string field_of(const std::string& message) {
    std::string word = message.substr(0, message.find_first_of(" :"));
    for (const std::string_view name : {"plate", "from", "to", "max_lag", "session_gap",
                                        "min_places", "min_sessions", "limit", "site"})
        if (word == name)
            return word;
    return {};
}

Response answer(const Result<std::string>& json) {
    return json ? json_response(*json)
                : problem_response(json.error(), field_of(json.error().message()));
}

Response convoy(const Request& request, const ApiParts& parts) {
    Parameters parameters{request.query};
    ConvoyQuestion question;
    question.plate = plate_of(parameters);
    question.from = parameters.time("from");
    question.to = parameters.time("to");
    question.max_lag = std::chrono::seconds{parameters.integer("max_lag", 120, 1, 3'600)};
    question.session_gap =
        std::chrono::seconds{parameters.integer("session_gap", 1'800, 60, kDay_s)};
    question.min_places = parameters.integer("min_places", 2, 1, 100);
    question.min_sessions = parameters.integer("min_sessions", 1, 1, 100);
    question.limit = parameters.integer("limit", 50, 1, 500);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    return parts.convoy ? answer(parts.convoy(question))
                        : unfit("this server does not search for convoys");
}

Response patterns(const Request& request, const ApiParts& parts) {
    constexpr std::array<std::string_view, 6> kKinds{"first_seen", "frequent",   "circling",
                                                     "dwell",      "stationary", "co_parking"};
    Parameters parameters{request.query};
    PatternsQuestion question;
    question.plate = plate_of(parameters);
    question.from = parameters.time("from");
    question.to = parameters.time("to");
    question.kinds = parameters.list("kind");
    for (const std::string& kind : question.kinds)
        if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end())
            parameters.fail("kind", "must be first_seen, frequent, circling, dwell, stationary or "
                                    "co_parking");
    question.site = parameters.text("site").value_or("");
    if (question.site.size() > kLongestSite_bytes)
        parameters.fail("site", "must have at most 512 bytes");
    question.together = parameters.integer("together", 2, 2, 100);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    return parts.patterns ? answer(parts.patterns(question))
                          : unfit("this server does not look for patterns");
}

Response watch_lists(const Request& request, const ApiParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    return parts.watch_lists ? json_response(parts.watch_lists())
                             : unfit("this server has no watch lists");
}

Response watch_check(const Request& request, const ApiParts& parts) {
    Parameters parameters{request.query};
    const std::string plate = plate_of(parameters);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    return parts.watch_check ? answer(parts.watch_check(plate))
                             : unfit("this server has no watch lists");
}

} // namespace

std::vector<Route> analysis_routes(const ApiParts& parts) {
    const auto get = [&parts](std::string pattern,
                              Response (*handler)(const Request&, const ApiParts&)) {
        return Route{.method = Method::get,
                     .pattern = std::move(pattern),
                     .permission = Permission::see_events,
                     .place = Place::worker,
                     .same_answer_for = {},
                     .handler = [&parts, handler](const Request& request) {
                         return handler(request, parts);
                     }};
    };
    return {get("/convoy", convoy), get("/patterns", patterns), get("/watchlists", watch_lists),
            get("/watchlists/check", watch_check)};
}

} // namespace vedette::api
