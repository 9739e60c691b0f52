#include "app/output/watch_json.h"

#include <nlohmann/json.hpp>

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

Json match_json(const analysis::WatchMatch& match) {
    return {{"list", match.list},
            {"kind", analysis::to_string(match.kind)},
            {"match", analysis::to_string(match.rule)},
            {"nearness", analysis::to_string(match.nearness)},
            {"plate", match.plate},
            {"why", match.why},
            {"note", match.note},
            {"may_act", match.may_act}};
}

std::string text_of(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

} // namespace

std::string watch_check_json(const std::string& plate, const analysis::WatchVerdict& verdict,
                             int indent) {
    Json matches = Json::array();
    for (const analysis::WatchMatch& match : verdict.matches)
        matches.push_back(match_json(match));
    Json json{
        {"plate", plate}, {"matches", std::move(matches)}, {"suppressed", verdict.suppressed}};
    if (verdict.ignored_by)
        json["ignored_by"] = match_json(*verdict.ignored_by);
    return text_of(json, indent);
}

std::string watch_lists_json(const analysis::WatchIndex& index) {
    Json lists = Json::array();
    for (const analysis::WatchList& list : index.lists()) {
        Json cameras = Json::array();
        for (const domain::CameraId& camera : list.cameras)
            cameras.push_back(camera.value());
        lists.push_back({{"name", list.name},
                         {"kind", analysis::to_string(list.kind)},
                         {"match", analysis::to_string(list.rule)},
                         {"plates", list.plates.size()},
                         {"cameras", std::move(cameras)},
                         {"scheduled", !list.schedule.empty()},
                         {"note", list.note}});
    }
    return text_of(Json{{"watchlists", std::move(lists)}}, -1);
}

} // namespace vedette::app
