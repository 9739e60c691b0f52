#include "vedette/analysis/track_event.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

using Json = nlohmann::ordered_json;

Error bad(const std::string& member, const std::string& what) {
    return Error{ErrorCode::invalid_argument, member + " " + what};
}

Result<double> number_of(const Json& fix, const char* name, const std::string& where) {
    const auto member = fix.find(name);
    if (member == fix.end() || !member->is_number())
        return bad(where + name, "must be a number");
    return member->get<double>();
}

Status optional_number(const Json& fix, const char* name, const std::string& where,
                       std::optional<double>& into) {
    const auto member = fix.find(name);
    if (member == fix.end() || member->is_null())
        return {};
    VEDETTE_TRY(into, number_of(fix, name, where));
    return {};
}

Result<TrackFix> fix_from(const Json& json, const std::string& where) {
    if (!json.is_object())
        return bad(where.substr(0, where.size() - 1), "must be an object");
    TrackFix fix;
    const auto time = json.find("time");
    if (time == json.end() || !time->is_string())
        return bad(where + "time", "must be a text such as 2026-11-21T10:15:00Z");
    const auto at = parse_pass_time(time->get<std::string>());
    if (!at)
        return bad(where + "time", at.error().message());
    fix.at = *at;
    VEDETTE_TRY(fix.position.latitude_deg, number_of(json, "lat", where));
    VEDETTE_TRY(fix.position.longitude_deg, number_of(json, "lon", where));
    VEDETTE_CHECK_OK(optional_number(json, "speed", where, fix.speed_mps));
    VEDETTE_CHECK_OK(optional_number(json, "course", where, fix.course_deg));
    std::optional<double> accuracy;
    VEDETTE_CHECK_OK(optional_number(json, "accuracy", where, accuracy));
    fix.accuracy_m = accuracy.value_or(fix.accuracy_m);
    if (const Status fine = check(fix); !fine)
        return Error{ErrorCode::invalid_argument, where + fine.error().message()};
    return fix;
}

Result<std::vector<TrackFix>> fixes_in(const Json& json) {
    const auto list = json.find("fixes");
    if (list == json.end() || !list->is_array() || list->empty() ||
        list->size() > kMaxTrackEventFixes)
        return bad("fixes",
                   "must be a list of 1 to " + std::to_string(kMaxTrackEventFixes) + " positions");
    std::vector<TrackFix> fixes;
    for (std::size_t i = 0; i < list->size(); ++i) {
        VEDETTE_TRY(const auto fix, fix_from((*list)[i], "fixes[" + std::to_string(i) + "]."));
        fixes.push_back(fix);
    }
    std::stable_sort(fixes.begin(), fixes.end(),
                     [](const TrackFix& a, const TrackFix& b) { return a.at < b.at; });
    return fixes;
}

Json json_of(const TrackFix& fix) {
    Json json{{"time", format_pass_time(fix.at)},
              {"lat", fix.position.latitude_deg},
              {"lon", fix.position.longitude_deg}};
    if (fix.speed_mps)
        json["speed"] = *fix.speed_mps;
    if (fix.course_deg)
        json["course"] = *fix.course_deg;
    json["accuracy"] = fix.accuracy_m;
    return json;
}

Result<std::string> text_of(const Json& json, const char* name) {
    const auto member = json.find(name);
    if (member == json.end() || !member->is_string() ||
        member->get_ref<const std::string&>().empty())
        return bad(name, "must be a text");
    return member->get<std::string>();
}

} // namespace

std::string track_event_to_json(const TrackEvent& event) {
    Json fixes = Json::array();
    for (const TrackFix& fix : event.fixes)
        fixes.push_back(json_of(fix));
    const Json json{
        {"schema", 1},
        {"event_id", event.id.value()},
        {"type", kTrackEvent},
        {"at", event.fixes.empty() ? Json{} : Json(format_pass_time(event.fixes.back().at))},
        {"mobile", event.mobile},
        {"source", event.source},
        {"clock_offset_us", event.clock_offset.count()},
        {"fixes", std::move(fixes)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<TrackEvent> track_event_from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return bad("the event", "must be a JSON object");
    TrackEvent event;
    VEDETTE_TRY(auto id, text_of(json, "event_id"));
    event.id = domain::EventId{std::move(id)};
    VEDETTE_TRY(event.mobile, text_of(json, "mobile"));
    VEDETTE_TRY(event.source, text_of(json, "source"));
    if (const auto offset = json.find("clock_offset_us"); offset != json.end()) {
        if (!offset->is_number_integer())
            return bad("clock_offset_us", "must be a whole number");
        event.clock_offset = std::chrono::microseconds{offset->get<std::int64_t>()};
    }
    VEDETTE_TRY(event.fixes, fixes_in(json));
    return event;
}

Result<std::vector<TrackFix>> track_batch_from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return bad("the body", "must be a JSON object such as {\"fixes\": [{\"time\": "
                               "\"2026-11-21T10:15:00Z\", \"lat\": 52.5, \"lon\": 13.4}]}");
    for (const auto& [name, value] : json.items())
        if (name != "fixes")
            return bad(name.substr(0, 64), "is not known: the body has fixes alone");
    return fixes_in(json);
}

} // namespace vedette::analysis
