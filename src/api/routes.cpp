#include "routes.h"

#include <iterator>

namespace vedette::api {

std::string_view to_string(Permission permission) noexcept {
    switch (permission) {
    case Permission::anyone: return "anyone";
    case Permission::see_events: return "see_events";
    case Permission::see_pictures: return "see_pictures";
    case Permission::see_system: return "see_system";
    case Permission::see_recordings: return "see_recordings";
    case Permission::keep_recordings: return "keep_recordings";
    case Permission::judge_cases: return "judge_cases";
    case Permission::tell_positions: return "tell_positions";
    case Permission::change_settings: return "change_settings";
    }
    return "undeclared";
}

std::vector<Route> make_routes(const ApiParts& parts, const Clock& clock) {
    std::vector<Route> all;
    for (auto routes :
         {event_routes(parts), camera_routes(parts), analysis_routes(parts),
          following_routes(parts, clock), mobile_routes(parts), recording_routes(parts, clock),
          recording_keeping_routes(parts, clock), timelapse_routes(parts, clock),
          system_routes(parts, clock), asset_routes()})
        std::move(routes.begin(), routes.end(), std::back_inserter(all));
    return all;
}

} // namespace vedette::api
