#include "vedette/api/recording_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "json_text.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

using events::format_time;
using Json = nlohmann::ordered_json;

Json group_json(const recording::DeletionGroup& group) {
    return {{"camera", group.camera.value()},
            {"reason", to_string(group.reason)},
            {"worth", to_string(group.worth)},
            {"segments", group.segments},
            {"bytes", group.bytes},
            {"from", format_time(group.from)},
            {"to", format_time(group.to)},
            {"first_due", format_time(group.first_due)},
            {"last_due", format_time(group.last_due)}};
}

Json deletion_json(const recording::Deletion& one) {
    return {{"segment", one.id},
            {"camera", one.camera.value()},
            {"from", format_time(one.start)},
            {"to", format_time(one.end)},
            {"bytes", one.bytes},
            {"reason", to_string(one.reason)},
            {"worth", to_string(one.worth)},
            {"due", format_time(one.due)}};
}

Json tier_json(const recording::TierStatus& tier) {
    return {{"tier", tier.number},
            {"folder", tier.name},
            {"here", tier.here},
            {"problem", or_null(tier.problem)},
            {"free_bytes", tier.space ? Json(tier.space->free_bytes) : Json{}}};
}

} // namespace

std::string plan_json(std::span<const recording::TierPlan> tiers, WallTime now,
                      std::chrono::seconds within, std::size_t most) {
    Json list = Json::array();
    for (const recording::TierPlan& tier : tiers) {
        Json groups = Json::array();
        for (const recording::DeletionGroup& group : recording::grouped(tier.deletions))
            groups.push_back(group_json(group));
        Json next = Json::array();
        for (const recording::Deletion& one :
             std::span{tier.deletions}.first(std::min(most, tier.deletions.size())))
            next.push_back(deletion_json(one));
        list.push_back({{"tier", tier.number},
                        {"here", tier.here},
                        {"segments", tier.deletions.size()},
                        {"groups", std::move(groups)},
                        {"next", std::move(next)}});
    }
    return text_of(
        {{"at", format_time(now)}, {"within_s", within.count()}, {"tiers", std::move(list)}});
}

std::string forecast_json(const recording::RecordingForecast& forecast,
                          const std::vector<recording::TierStatus>& tiers) {
    Json cameras = Json::array();
    for (const recording::CameraForecast& one : forecast.cameras)
        cameras.push_back({{"id", one.camera.value()},
                           {"bytes_per_day", std::llround(one.bytes_per_day)},
                           {"event_bytes_per_day", std::llround(one.event_bytes_per_day)}});
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(tiers.size(), forecast.tiers.size()); ++i) {
        Json json = tier_json(tiers[i]);
        const recording::TierForecast& one = forecast.tiers[i];
        json["bytes"] = one.bytes;
        json["room_bytes"] = std::llround(one.room_bytes);
        json["bytes_per_day"] = std::llround(one.bytes_per_day);
        json["days"] = rounded(one.days);
        list.push_back(std::move(json));
    }
    return text_of({{"bytes_per_day", std::llround(forecast.bytes_per_day)},
                    {"days", rounded(forecast.days)},
                    {"cameras", std::move(cameras)},
                    {"tiers", std::move(list)}});
}

std::string kept_json(const std::vector<ports::TierExtent>& extents,
                      const std::vector<recording::TierStatus>& tiers) {
    Json list = Json::array();
    for (const recording::TierStatus& tier : tiers) {
        Json json = tier_json(tier);
        json["cameras"] = Json::array();
        for (const ports::TierExtent& one : extents)
            if (one.tier == tier.id && (tier.number == 1 || !tier.id.empty()))
                json["cameras"].push_back({{"id", one.camera.value()},
                                           {"segments", one.segments},
                                           {"bytes", one.bytes},
                                           {"event_bytes", one.event_bytes}});
        list.push_back(std::move(json));
    }
    return text_of({{"tiers", std::move(list)}});
}

} // namespace vedette::api
