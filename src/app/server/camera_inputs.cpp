#include "app/server/camera_inputs.h"

#include <utility>

namespace vedette::app {

Result<std::unique_ptr<media::Source>>
CameraInputs::open_source(const pipeline::LiveCameraOptions& camera, const std::string& location,
                          const std::stop_token& stop) const {
    media::SourceOptions how = parts_.recordings.fitted(camera.source, camera.camera.name);
    how.stop = stop;
    return media::open_source(parts_.sources, location, how, parts_.clock, parts_.log);
}

Result<pipeline::OpenedInput> CameraInputs::open(const pipeline::LiveCameraOptions& camera,
                                                 media::InputMonitor& monitor,
                                                 const std::stop_token& stop) const {
    VEDETTE_TRY(auto source, open_source(camera, monitor.location(), stop));
    const bool recording = !source->info().live; // at real speed it looks like a camera
    source = parts_.recordings.recorded(
        monitor.watch(media::at_real_speed(std::move(source), parts_.clock)), camera.camera.name);
    VEDETTE_TRY(auto decoder, media::Decoder::open(source->info(), camera.decoder, parts_.log));
    return pipeline::OpenedInput{std::move(source), std::move(decoder), recording};
}

Result<std::unique_ptr<media::Source>>
CameraInputs::open_for_trial(const pipeline::LiveCameraOptions& camera,
                             const std::stop_token& stop) const {
    VEDETTE_TRY(auto source, open_source(camera, camera.location, stop));
    return media::at_real_speed(std::move(source), parts_.clock);
}

} // namespace vedette::app
