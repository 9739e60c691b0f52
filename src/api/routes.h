#pragma once

#include <vector>

#include "router.h"
#include "vedette/api/server.h"

namespace vedette::api {

/// Everything the server answers; api/openapi.yaml says the same for people, and a test compares
/// the two. `parts` is borrowed by the handlers and must outlive them.
[[nodiscard]] std::vector<Route> make_routes(const ApiParts& parts, const Clock& clock);

// The same by resource.
[[nodiscard]] std::vector<Route> event_routes(const ApiParts& parts);
[[nodiscard]] std::vector<Route> camera_routes(const ApiParts& parts);
[[nodiscard]] std::vector<Route> system_routes(const ApiParts& parts, const Clock& clock);
[[nodiscard]] std::vector<Route> analysis_routes(const ApiParts& parts);
[[nodiscard]] std::vector<Route> following_routes(const ApiParts& parts, const Clock& clock);
[[nodiscard]] std::vector<Route> mobile_routes(const ApiParts& parts);
[[nodiscard]] std::vector<Route> recording_routes(const ApiParts& parts, const Clock& clock);
/// What goes when, how long the room lasts, and what somebody said that mattered.
[[nodiscard]] std::vector<Route> recording_keeping_routes(const ApiParts& parts,
                                                          const Clock& clock);
[[nodiscard]] std::vector<Route> timelapse_routes(const ApiParts& parts, const Clock& clock);
[[nodiscard]] std::vector<Route> asset_routes();

/// A page of the program, "page/index.html"; 404 if there is none.
[[nodiscard]] Response page(const std::string& name);

} // namespace vedette::api
