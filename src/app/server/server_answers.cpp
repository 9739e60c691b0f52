#include "app/server/server_answers.h"

#include <nlohmann/json.hpp>

#include "app/version.h"

namespace vedette::app {

std::string stats_json(const StatsSources& sources, std::size_t waiting,
                       std::chrono::duration<double> uptime) {
    const auto logged = sources.log.extent();
    nlohmann::ordered_json json{{"version", kVersion},
                                {"uptime_s", uptime.count()},
                                {"events_in_log", logged.last.value() + 1 - logged.first.value()},
                                {"log_bytes", logged.bytes},
                                {"events_waiting", waiting}};
    if (const auto extent = sources.store.extent(); extent) {
        json["sightings"] = extent->events;
        json["store_bytes"] = extent->bytes;
    }
    if (const auto bytes = sources.pictures.bytes(); bytes)
        json["snapshots_bytes"] = *bytes;
    double looks = 0;
    for (const ports::CameraStatus& camera : sources.cameras.cameras())
        looks += camera.looks_per_second;
    json["looks_per_second"] = looks;
    return json.dump();
}

std::optional<WallTime> newest_in(const events::DurableLog& log) {
    const ports::LogPosition last = log.extent().last;
    if (last.value() == 0)
        return std::nullopt;
    const auto events = log.read(ports::LogPosition{last.value() - 1}, 1);
    return events && !events->empty() ? std::optional{events->back().event.at} : std::nullopt;
}

api::ReadyCheck recording_check(const Recordings& recordings) {
    for (const recording::RecordingStatus& camera : recordings.status())
        if (!camera.problem.empty())
            return {"recordings", false, camera.camera.value() + ": " + camera.problem};
    for (const recording::TierStatus& tier : recordings.tiers())
        if (!tier.problem.empty())
            return {"recordings", false, tier.name + ": " + tier.problem};
    return {"recordings", true, ""};
}

} // namespace vedette::app
