#include "app/output/patterns_json.h"

#include <nlohmann/json.hpp>

#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

Json pattern_json(const analysis::Pattern& one) {
    Json passes = Json::array();
    for (const domain::EventId& id : one.passes)
        passes.push_back(id.value());
    Json json{{"kind", analysis::to_string(one.kind)},
              {"camera", one.camera.value()},
              {"from", events::format_time(one.from)},
              {"to", events::format_time(one.to)},
              {"why", one.why}};
    if (!one.with.empty())
        json["with"] = one.with;
    json["passes"] = std::move(passes);
    return json;
}

} // namespace

std::string patterns_json(const analysis::PatternReport& report, int indent) {
    Json patterns = Json::array();
    for (const analysis::Pattern& one : report.patterns)
        patterns.push_back(pattern_json(one));
    const Json json{{"plate", report.plate},
                    {"passes", report.passes},
                    {"complete", report.complete},
                    {"carried", report.carried},
                    {"patterns", std::move(patterns)}};
    return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<analysis::Site> site_in(const std::string& text) {
    const auto equals = text.find('=');
    const auto comma = equals == std::string::npos ? equals : text.find(',', equals);
    if (comma == std::string::npos || equals == 0 || comma == equals + 1 ||
        comma + 1 == text.size())
        return Error{ErrorCode::invalid_argument,
                     "'" + text + "' is not NAME=CAMERA_IN,CAMERA_OUT"};
    return analysis::Site{text.substr(0, equals),
                          domain::CameraId{text.substr(equals + 1, comma - equals - 1)},
                          domain::CameraId{text.substr(comma + 1)}};
}

} // namespace vedette::app
