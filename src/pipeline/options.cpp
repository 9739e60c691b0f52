#include "vedette/pipeline/options.h"

#include <algorithm>

namespace vedette::pipeline {

std::string_view to_string(GateMode mode) noexcept {
    switch (mode) {
    case GateMode::off: return "off";
    case GateMode::motion: return "motion";
    case GateMode::packet: return "packet";
    }
    return "";
}

const LabelFilter& ObjectOptions::filter_for(const std::string& label) const {
    static const LabelFilter kDefault;
    const auto found = filters.find(label);
    return found == filters.end() ? kDefault : found->second;
}

bool ObjectOptions::tracks(const std::string& label) const {
    return label == kMovingLabel || std::find(track.begin(), track.end(), label) != track.end();
}

vision::TrackerOptions tracker_options_for(const CameraOptions& camera, bool separate_pictures) {
    const DetectOptions& detect = camera.detect;
    const auto time_of = [&](int detections) {
        return std::chrono::milliseconds{static_cast<std::int64_t>(detections * 1000 / detect.fps)};
    };
    vision::TrackerOptions options;
    options.confirm_hits = separate_pictures ? 1 : detect.min_initialized;
    options.forget_after = time_of(detect.max_disappeared);
    options.stationary_after = time_of(detect.stationary.threshold);
    for (const auto& [label, filter] : camera.objects.filters)
        options.score_of_label[label] = filter.min_score;
    // While nothing moves a parked thing is seen only once in `interval`; it may be missed twice.
    options.forget_stationary_after =
        std::max(options.forget_after, 3 * time_of(detect.stationary.interval));
    return options;
}

} // namespace vedette::pipeline
