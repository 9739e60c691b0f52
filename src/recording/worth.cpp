#include "worth.h"

#include <algorithm>
#include <string>

namespace vedette::recording {
namespace {

/// Who is seen himself is motion enough, whatever the picture's own says.
bool holds(KeepMode mode, const ports::RecordedActivity& activity) {
    switch (mode) { // no default: a new mode must be decided here
    case KeepMode::all: return true;
    case KeepMode::motion: return activity.motion > 0 || activity.seen > 0;
    case KeepMode::active_objects: return activity.seen > 0;
    }
    return true;
}

} // namespace

Worth worth_of(const ports::RecordedActivity& activity, const KeepFor& keep) {
    if (activity.alert > 0 && holds(keep.alerts_mode, activity))
        return Worth::alert;
    if (activity.object > 0 && holds(keep.detections_mode, activity))
        return Worth::detection;
    return activity.motion > 0 ? Worth::motion : Worth::nothing;
}

std::uint64_t floor_of(const RetentionRules& rules, const RecordingFiles::Space& space) {
    return std::max(
        rules.min_free_bytes,
        static_cast<std::uint64_t>(rules.min_free * static_cast<double>(space.total_bytes)));
}

const KeepFor& rule_for(const RetentionRules& rules, const std::string& camera) {
    const auto own = rules.by_camera.find(camera);
    return own == rules.by_camera.end() ? rules.otherwise : own->second;
}

Ages ages_on(const RetentionRules& rules, const KeepFor& keep) {
    Ages out{keep.continuous, keep.motion, keep.detections, keep.alerts};
    out[0] = std::max<std::chrono::seconds>(out[0], Janitor::kGrace);
    for (std::size_t i = 1; i < kWorths; ++i)
        out[i] = std::max(out[i], out[i - 1]);
    for (const Worth worth : kAllWorths) {
        const ClassLimits& limits = limits_of(rules, worth);
        auto& age = out[static_cast<std::size_t>(worth)];
        if (limits.max_age && !limits.moves_on)
            age = std::min(age, std::max<std::chrono::seconds>(*limits.max_age, Janitor::kGrace));
    }
    return out;
}

} // namespace vedette::recording
