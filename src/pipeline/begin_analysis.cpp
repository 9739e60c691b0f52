#include "vedette/pipeline/begin_analysis.h"

#include <utility>

namespace vedette::pipeline {
namespace {

float aspect_ratio_of(const media::StreamInfo& info) {
    if (info.width_px <= 0 || info.height_px <= 0)
        return 16.0F / 9.0F;
    const float ratio = static_cast<float>(info.width_px) / static_cast<float>(info.height_px);
    return info.rotation_deg % 180 == 0 ? ratio : 1 / ratio;
}

/// Differs between recordings and between starts of a live camera; the same when one file is
/// processed again.
std::string boot_of(const media::StreamInfo& info) {
    return std::to_string(info.started_at.time_since_epoch().count());
}

} // namespace

std::unique_ptr<CameraAnalyzer> begin_analysis(const CameraOptions& camera,
                                               const std::string& location,
                                               const media::StreamInfo& info,
                                               const AnalysisParts& parts, PipelineProbe& probe) {
    AnalysisIdentity identity{.site = camera.site.empty() ? parts.site : camera.site,
                              .boot = boot_of(info),
                              .source = media::without_credentials(location),
                              .models = parts.models,
                              .separate_pictures = info.separate_pictures};
    auto tracker = vision::make_byte_tracker(tracker_options_for(camera, info.separate_pictures),
                                             aspect_ratio_of(info));
    auto analysis = std::make_unique<CameraAnalyzer>(
        camera, std::move(identity), std::move(tracker), parts.plates, *parts.grammars, *parts.sink,
        probe, *parts.clock);
    analysis->tell(parts.look_observer);
    return analysis;
}

} // namespace vedette::pipeline
