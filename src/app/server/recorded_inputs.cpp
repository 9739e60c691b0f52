#include "app/server/recorded_inputs.h"

#include <utility>

namespace vedette::app {

media::InputMonitor::Options RecordedInputs::monitor_options(const std::string& camera,
                                                             const CaptureOptions& options) {
    media::InputMonitor::Options out{
        .camera = camera,
        .roles = {"record"},
        .location = options.recorded.location,
        .retry = {.first = options.first_retry, .longest = options.longest_retry, .jitter = 0.5},
        .fallback = options.recorded.fallback};
    if (options.recorded.audio)
        out.roles.emplace_back("audio");
    return out;
}

Result<std::unique_ptr<media::Source>> RecordedInputs::open(const std::string& location,
                                                            media::SourceOptions how,
                                                            const std::stop_token& stop) const {
    how.stop = stop;
    VEDETTE_TRY(auto source,
                media::open_source(parts_.sources, location, how, parts_.clock, parts_.messages));
    return media::at_real_speed(std::move(source), parts_.clock);
}

void RecordedInputs::apply(const std::vector<pipeline::LiveCameraOptions>& cameras,
                           const std::map<std::string, CameraRecording>& recorded) {
    const auto own_of = [&recorded](const std::string& camera) -> const RecordedInput* {
        const auto found = recorded.find(camera);
        const bool has_own = found != recorded.end() && !found->second.input.location.empty();
        return has_own ? &found->second.input : nullptr;
    };
    std::map<std::string, Running> keep;
    for (const pipeline::LiveCameraOptions& camera : cameras)
        if (own_of(camera.camera.name) != nullptr)
            if (auto running = captures_.extract(camera.camera.name))
                keep.insert(std::move(running));
    shown_.with([&keep](auto& all) {
        std::erase_if(all, [&keep](const auto& one) { return !keep.contains(one.first); });
    });
    end();
    captures_ = std::move(keep);
    for (const pipeline::LiveCameraOptions& camera : cameras)
        if (const RecordedInput* input = own_of(camera.camera.name))
            start(camera, *input);
}

void RecordedInputs::end() {
    for (auto& [name, running] : captures_)
        running.capture->end();
}

void RecordedInputs::start(const pipeline::LiveCameraOptions& camera,
                           const RecordedInput& recorded) {
    const std::string& name = camera.camera.name;
    const CaptureOptions wanted{recorded, camera.source.read_timeout, camera.first_retry,
                                camera.longest_retry};
    Running& running = captures_[name];
    if (running.capture && running.from == wanted)
        return;
    media::SourceOptions source = camera.source;
    recorded.manner.put_into(source);
    source.audio = recorded.audio;
    source.loop = recorded.loop;
    if (running.capture)
        running.capture->end();
    running.from = wanted;
    running.capture = std::make_shared<recording::Capture>(
        recording::Capture::Options{.input = monitor_options(name, wanted), .once = !recorded.loop},
        media::InputMonitor::Parts{
            .metrics = &parts_.metrics,
            .log = &parts_.messages,
            .clock = &parts_.clock,
            .on_change =
                [this, id = domain::CameraId{name}](const ports::InputStatus& input) {
                    if (parts_.on_input)
                        parts_.on_input(id, input);
                },
            .open_for_trial =
                [this, location = recorded.location, source](const std::stop_token& stop) {
                    return open(location, source, stop);
                }},
        [this, name, recorded, source](media::InputMonitor& monitor, const std::stop_token& stop)
            -> Result<std::unique_ptr<media::Source>> {
            VEDETTE_TRY(auto opened, open(monitor.location(), source, stop));
            return media::tapped(monitor.watch(std::move(opened)), parts_.tap(name, recorded));
        });
    shown_.with([&](auto& all) { all[name] = running.capture; });
}

std::optional<ports::InputStatus> RecordedInputs::status_of(const std::string& camera) const {
    const auto capture = shown_.with([&camera](const auto& all) {
        const auto found = all.find(camera);
        return found == all.end() ? nullptr : found->second;
    });
    return capture ? std::optional{capture->status()} : std::nullopt;
}

} // namespace vedette::app
