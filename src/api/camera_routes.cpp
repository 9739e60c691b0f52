#include <algorithm>
#include <nlohmann/json.hpp>

#include "json_text.h"
#include "parameters.h"
#include "problem.h"
#include "routes.h"
#include "target.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr milliseconds kSameState{100};
constexpr milliseconds kSamePicture{100};
constexpr int kUsualSize_px = 1280;
constexpr int kLeastSize_px = 160;
constexpr int kMostSize_px = 4096;
/// A field of a header must stay small; who shows a picture needs the best ones.
constexpr std::size_t kMostBoxes = 40;

/// For a header's field: printable ASCII.
std::string ascii_of(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Json funnel_json(const std::vector<std::pair<std::string, std::uint64_t>>& funnel) {
    Json json = Json::object();
    for (const auto& [verdict, tracks] : funnel)
        json[verdict] = tracks;
    return json;
}

Json gate_json(const ports::CameraGate& gate) {
    Json json{{"mode", gate.mode}};
    if (gate.mode != "packet")
        return json;
    json["asleep"] = gate.asleep;
    json["packets"] = gate.packets;
    json["decoded"] = gate.decoded;
    Json wakes = Json::object();
    for (const auto& [reason, times] : gate.wakes)
        wakes[reason] = times;
    json["wakes"] = std::move(wakes);
    return json;
}

Json input_json(const ports::InputStatus& input) {
    Json json{{"roles", input.roles},
              {"state", ports::to_string(input.state)},
              {"since", events::format_time(input.since)},
              {"source", input.source}};
    if (!input.problem.empty())
        json["problem"] = input.problem;
    if (input.last_packet)
        json["last_packet"] = events::format_time(*input.last_packet);
    json["reconnects"] = input.reconnects;
    json["breaks"] = input.breaks;
    if (input.has_fallback)
        json["on_fallback"] = input.on_fallback;
    if (!input.fallback_reason.empty())
        json["fallback_reason"] = input.fallback_reason;
    return json;
}

Json tamper_json(const ports::CameraTamper& tamper) {
    using State = ports::CameraTamper::State;
    Json json{{"state", ports::to_string(tamper.state)}};
    if (tamper.state == State::off || tamper.state == State::learning)
        return json;
    if (tamper.state == State::tampered)
        json["kind"] = tamper.kind;
    if (tamper.since)
        json["since"] = events::format_time(*tamper.since);
    json["luminance"] = rounded(tamper.reading.luminance);
    json["detail"] = rounded(tamper.reading.detail);
    json["sharpness"] = rounded(tamper.reading.sharpness);
    json["agreement"] = rounded(tamper.reading.agreement);
    if (const auto& shift = tamper.reading.shift)
        json["shift"] = {{"x", rounded(shift->x)},
                         {"y", rounded(shift->y)},
                         {"degrees", rounded(shift->degrees)},
                         {"zoom", rounded(shift->zoom)}};
    return json;
}

Json camera_json(const ports::CameraStatus& camera, const std::string& base) {
    Json json{{"id", camera.id.value()},
              {"state", ports::to_string(camera.state)},
              {"since", events::format_time(camera.since)},
              {"source", camera.source}};
    if (!camera.site.empty())
        json["site"] = camera.site;
    if (!camera.problem.empty())
        json["problem"] = camera.problem;
    if (camera.last_picture)
        json["last_picture"] = events::format_time(*camera.last_picture);
    json["width_px"] = camera.width_px;
    json["height_px"] = camera.height_px;
    json["frames_per_second"] = rounded(camera.frames_per_second);
    json["looks_per_second"] = rounded(camera.looks_per_second);
    json["frames"] = camera.frames;
    json["dropped"] = camera.dropped;
    json["reconnects"] = camera.reconnects;
    json["funnel"] = funnel_json(camera.funnel);
    json["gate"] = gate_json(camera.gate);
    json["inputs"] = Json::array();
    for (const ports::InputStatus& input : camera.inputs)
        json["inputs"].push_back(input_json(input));
    json["tamper"] = tamper_json(camera.tamper);
    json["picture"] = base + "/cameras/" + percent_encoded(camera.id.value()) + "/latest.jpg";
    return json;
}

Json boxes_json(const ports::LivePicture& picture) {
    Json boxes = Json::array();
    for (const auto& one : picture.boxes) {
        if (boxes.size() == kMostBoxes)
            break;
        Json box{{"box",
                  {rounded(one.box.left), rounded(one.box.top), rounded(one.box.width),
                   rounded(one.box.height)}},
                 {"label", one.label}};
        if (!one.text.empty())
            box["text"] = one.text;
        boxes.push_back(std::move(box));
    }
    return boxes;
}

std::optional<Response> unexpected_parameters(const Request& request) {
    return Parameters{request.query}.problem();
}

Response all_cameras(const ports::CameraDirectory& directory, const Request& request) {
    if (auto problem = unexpected_parameters(request))
        return *std::move(problem);
    Json cameras = Json::array();
    for (const auto& camera : directory.cameras())
        cameras.push_back(camera_json(camera, request.base));
    return json_response(text_of(Json{{"cameras", std::move(cameras)}}));
}

Response one_camera(const ports::CameraDirectory& directory, const Request& request) {
    if (auto problem = unexpected_parameters(request))
        return *std::move(problem);
    const auto camera = directory.camera(domain::CameraId{request.captured[0]});
    if (!camera)
        return problem_response(camera.error());
    return json_response(text_of(camera_json(*camera, request.base)));
}

/// What lies in the picture travels with it, so that boxes are never drawn over another one.
Response latest_picture(const ports::CameraDirectory& directory, const Request& request) {
    Parameters parameters{request.query};
    const int size = parameters.integer("size", kUsualSize_px, kLeastSize_px, kMostSize_px);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    auto picture = directory.latest_picture(domain::CameraId{request.captured[0]}, size);
    if (!picture)
        return problem_response(picture.error());
    const Json about{{"at", events::format_time(picture->at)},
                     {"width_px", picture->width_px},
                     {"height_px", picture->height_px},
                     {"boxes", boxes_json(*picture)}};
    Response response;
    response.content_type = "image/jpeg";
    response.etag = "\"" + std::to_string(picture->at.time_since_epoch().count()) + "-" +
                    std::to_string(size) + "\"";
    response.headers = {{"Cache-Control", "no-cache"}, {"Vedette-Picture", ascii_of(about)}};
    response.body = Body::of(std::move(picture->jpeg));
    return response;
}

std::string_view type_of(std::string_view key) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTypes{{
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".png", "image/png"},
        {".webp", "image/webp"},
        {".json", "application/json"},
    }};
    for (const auto& [end, type] : kTypes)
        if (key.ends_with(end))
            return type;
    return "application/octet-stream";
}

Response snapshot(const ports::ObjectStore& objects, const Request& request) {
    if (auto problem = unexpected_parameters(request))
        return *std::move(problem);
    const std::string& key = request.captured[0];
    if (const Status good = ports::check_key(key); !good)
        return problem_response(good.error());
    auto bytes = objects.get(key);
    if (!bytes)
        return problem_response(bytes.error());
    Response response;
    response.content_type = type_of(key);
    response.body = Body::of(*std::move(bytes));
    response.etag = etag_of(response.body.bytes());
    response.headers.push_back({"Cache-Control", "private, no-cache"});
    return response;
}

/// How the tracks of all cameras ended; every track is counted once, so it adds up.
Response funnel(const ports::CameraDirectory& directory, const Request& request) {
    if (auto problem = unexpected_parameters(request))
        return *std::move(problem);
    Json cameras = Json::object();
    std::map<std::string, std::uint64_t> total;
    for (const auto& camera : directory.cameras()) {
        cameras[camera.id.value()] = funnel_json(camera.funnel);
        for (const auto& [verdict, tracks] : camera.funnel)
            total[verdict] += tracks;
    }
    return json_response(text_of(Json{{"total", total}, {"cameras", std::move(cameras)}}));
}

} // namespace

std::vector<Route> camera_routes(const ApiParts& parts) {
    const ports::CameraDirectory& cameras = parts.cameras;
    const ports::ObjectStore& objects = parts.objects;
    const auto get = [](std::string pattern, Permission permission, milliseconds same,
                        Handler handler) {
        return Route{.method = Method::get,
                     .pattern = std::move(pattern),
                     .permission = permission,
                     .place = Place::worker,
                     .same_answer_for = same,
                     .handler = std::move(handler)};
    };
    return {
        get("/cameras", Permission::see_system, kSameState,
            [&cameras](const Request& request) { return all_cameras(cameras, request); }),
        get("/cameras/{id}", Permission::see_system, kSameState,
            [&cameras](const Request& request) { return one_camera(cameras, request); }),
        get("/cameras/{id}/latest.jpg", Permission::see_pictures, kSamePicture,
            [&cameras](const Request& request) { return latest_picture(cameras, request); }),
        get("/snapshots/{key...}", Permission::see_pictures, milliseconds{0},
            [&objects](const Request& request) { return snapshot(objects, request); }),
        get("/funnel", Permission::see_system, kSameState,
            [&cameras](const Request& request) { return funnel(cameras, request); }),
    };
}

} // namespace vedette::api
