#include "recording_answers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "json_text.h"
#include "target.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

using events::format_time;
using Json = nlohmann::ordered_json;

/// For a header's field: printable ASCII.
std::string ascii_of(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

double seconds_of(std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
}

Json camera_json(const std::string& id, const std::string& base) {
    return {{"id", id},
            {"segments", 0},
            {"bytes", 0},
            {"oldest", nullptr},
            {"newest", nullptr},
            {"recording", false},
            {"problem", nullptr},
            {"privacy_mask", false},
            {"timeline", base + "/recordings/" + percent_encoded(id) + "/timeline"}};
}

Json forecast_json(const RecordingParts& parts) {
    if (!parts.forecast)
        return {};
    const auto forecast = parts.forecast();
    if (!forecast)
        return {};
    return {{"bytes_per_day", std::llround(forecast->bytes_per_day)},
            {"days", rounded(forecast->days)}};
}

Json activity_json(const ports::RecordedActivity& activity) {
    return {{"motion", rounded(activity.motion)},
            {"object", rounded(activity.object)},
            {"alert", rounded(activity.alert)}};
}

Json stretch_json(const recording::Stretch& one) {
    return {{"from", format_time(one.from)},
            {"to", format_time(one.to)},
            {"segments", one.segments},
            {"bytes", one.bytes},
            {"interruptions", one.interruptions},
            {"codec", one.codec},
            {"audio_codec", or_null(one.audio_codec)},
            {"width_px", one.width_px},
            {"height_px", one.height_px},
            {"playable", one.playable},
            {"whole", one.whole},
            {"kept", one.kept}};
}

Json gap_json(const recording::CoverageGap& gap) {
    return {{"from", format_time(gap.from)},
            {"to", format_time(gap.to)},
            {"seconds", seconds_of(gap.to - gap.from)},
            {"cause", gap.cause},
            {"deleted", gap.deleted}};
}

Json segment_json(const ports::RecordedSegment& row, const std::string& base) {
    return {{"id", row.id},
            {"from", format_time(row.start)},
            {"to", format_time(row.end)},
            {"bytes", row.bytes},
            {"sha256", row.sha256},
            {"codec", row.codec},
            {"audio_codec", or_null(row.audio_codec)},
            {"width_px", row.width_px},
            {"height_px", row.height_px},
            {"gap_s", seconds_of(row.gap)},
            {"gap_cause", or_null(row.gap_cause)},
            {"activity", activity_json(row.activity)},
            {"playable", recording::is_playable(row.file)},
            {"kept", row.kept},
            {"file", base + "/recordings/" + percent_encoded(row.camera.value()) + "/segments/" +
                         std::to_string(row.id) + "/file"}};
}

} // namespace

std::string recordings_json(const std::vector<ports::RecordingExtent>& extents,
                            const RecordingParts& parts, const std::string& base) {
    std::map<std::string, Json> cameras;
    const auto entry = [&](const std::string& id) -> Json& {
        return cameras.try_emplace(id, camera_json(id, base)).first->second;
    };
    std::uint64_t bytes = 0;
    for (const ports::RecordingExtent& one : extents) {
        Json& camera = entry(one.camera.value());
        camera["segments"] = one.segments;
        camera["bytes"] = one.bytes;
        camera["oldest"] = format_time(one.oldest);
        camera["newest"] = format_time(one.newest);
        bytes += one.bytes;
    }
    if (parts.status)
        for (const recording::RecordingStatus& one : parts.status()) {
            Json& camera = entry(one.camera.value());
            camera["recording"] = one.recording;
            camera["problem"] = or_null(one.problem);
        }
    Json list = Json::array();
    for (auto& [id, camera] : cameras) {
        camera["privacy_mask"] = parts.mask && !parts.mask(domain::CameraId{id}).empty();
        list.push_back(std::move(camera));
    }
    return text_of(
        {{"cameras", std::move(list)}, {"bytes", bytes}, {"forecast", forecast_json(parts)}});
}

std::string coverage_json(const recording::CoverageQuery& query,
                          const recording::Coverage& coverage) {
    Json json{{"camera", query.camera.value()},
              {"from", format_time(query.from)},
              {"to", format_time(query.to)},
              {"step_s", coverage.step.count()}};
    json["stretches"] = Json::array();
    for (const recording::Stretch& one : coverage.stretches)
        json["stretches"].push_back(stretch_json(one));
    json["gaps"] = Json::array();
    for (const recording::CoverageGap& gap : coverage.gaps)
        json["gaps"].push_back(gap_json(gap));
    json["activity"] = Json::array();
    for (const recording::ActivityStep& step : coverage.activity) {
        Json one{{"from", format_time(step.from)}};
        one.update(activity_json(step.most));
        json["activity"].push_back(std::move(one));
    }
    return text_of(json);
}

std::string segments_json(const std::vector<ports::RecordedSegment>& page, const std::string& base,
                          const std::string& next) {
    Json list = Json::array();
    for (const ports::RecordedSegment& row : page)
        list.push_back(segment_json(row, base));
    return text_of({{"segments", std::move(list)}, {"next", or_null(next)}});
}

std::string kept_json(const domain::CameraId& camera, WallTime from, WallTime to,
                      std::uint64_t segments, bool kept) {
    return text_of({{"camera", camera.value()},
                    {"from", format_time(from)},
                    {"to", format_time(to)},
                    {"segments", segments},
                    {"kept", kept}});
}

std::string previews_json(const domain::CameraId& camera,
                          const std::vector<recording::PreviewStrip>& strips,
                          const std::string& base) {
    Json list = Json::array();
    for (const recording::PreviewStrip& strip : strips)
        list.push_back({{"from", format_time(strip.minute)},
                        {"has", strip.has},
                        {"image", base + "/recordings/" + percent_encoded(camera.value()) +
                                      "/preview.jpg?at=" + format_time(strip.minute)}});
    return text_of({{"camera", camera.value()},
                    {"step_s", recording::kPreviewStep.count()},
                    {"width_px", recording::kTileWidth_px},
                    {"height_px", recording::kTileHeight_px},
                    {"strips", std::move(list)}});
}

std::string clip_header(const recording::Recorded& recorded) {
    if (recorded.clips.empty())
        return "{}";
    const recording::Clip& clip = recorded.clips.front();
    const auto goes_on = recording::behind_first_clip(recorded);
    return ascii_of({{"from", format_time(clip.from())},
                     {"to", format_time(clip.to())},
                     {"seconds", seconds_of(clip.length())},
                     {"goes_on", goes_on ? Json(format_time(goes_on->from)) : Json{}}});
}

std::string timelapse_header(const recording::ExportManifest& manifest) {
    return ascii_of({{"from", format_time(manifest.given_from)},
                     {"to", format_time(manifest.given_to)},
                     {"speed", manifest.speed},
                     {"gaps", manifest.gaps.size()},
                     {"left_out", manifest.left_out.size()},
                     {"sha256", manifest.sha256}});
}

std::string still_header(const recording::Still& still) {
    return ascii_of({{"at", format_time(still.at)},
                     {"width_px", still.width_px},
                     {"height_px", still.height_px},
                     {"segment", still.segment}});
}

std::string cursor_of(const ports::RecordingPlace& place) {
    return std::to_string(place.start.time_since_epoch().count()) + "." + std::to_string(place.id);
}

std::optional<ports::RecordingPlace> place_from(std::string_view cursor,
                                                const domain::CameraId& camera) {
    const std::size_t dot = std::min(cursor.find('.'), cursor.size());
    const std::string_view id_text = cursor.substr(std::min(dot + 1, cursor.size()));
    std::int64_t start_us = 0;
    std::uint64_t id = 0;
    const char* dot_at = cursor.data() + dot;
    const auto start = std::from_chars(cursor.data(), dot_at, start_us);
    const auto number = std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
    const bool good = start.ec == std::errc{} && start.ptr == dot_at && number.ec == std::errc{} &&
                      number.ptr == id_text.data() + id_text.size() && id <= INT64_MAX;
    if (!good)
        return std::nullopt;
    return ports::RecordingPlace{camera, WallTime{std::chrono::microseconds{start_us}}, id};
}

} // namespace vedette::api
