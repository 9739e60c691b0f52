#include <nlohmann/json.hpp>

#include "json_body.h"
#include "json_text.h"
#include "parameters.h"
#include "problem.h"
#include "routes.h"
#include "target.h"
#include "vedette/analysis/track_event.h"

namespace vedette::api {
namespace {

Response unfit() {
    return to_response({.status = 501,
                        .code = "not_implemented",
                        .detail = "this server knows of no cars with cameras",
                        .parameter = {}});
}

Response mobiles(const Request& request, const FollowingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    Response response = json_response(parts.mobiles());
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

Response track(const Request& request, const FollowingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    if (auto problem = problem_unless_json(request))
        return *std::move(problem);
    auto fixes = analysis::track_batch_from_json(request.body);
    if (!fixes)
        return problem_response(fixes.error(), "body");
    const auto done = parts.track(request.captured[0], *std::move(fixes));
    if (!done)
        return problem_response(done.error());
    return json_response(
        text_of(nlohmann::ordered_json{{"taken", done->taken}, {"left_out", done->left_out}}));
}

} // namespace

std::vector<Route> mobile_routes(const ApiParts& parts) {
    const FollowingParts& following = parts.following;
    return {{.method = Method::get,
             .pattern = "/following/mobiles",
             .permission = Permission::see_events,
             .place = Place::worker,
             .handler =
                 [&following](const Request& request) {
                     return following.mobiles ? mobiles(request, following) : unfit();
                 }},
            {.method = Method::post,
             .pattern = "/following/mobiles/{name}/track",
             .permission = Permission::tell_positions,
             .place = Place::worker,
             .handler = [&following](const Request& request) {
                 return following.track ? track(request, following) : unfit();
             }}};
}

} // namespace vedette::api
