#include "app/camera_stream.h"

#include <algorithm>

namespace vedette::app {
namespace {

/// The keys of a camera that this file reads, as a set of their own.
config::OptionSet<CameraStream> camera_stream_option_set() {
    const auto role = config::choice<std::string>(
        {{"detect", "detect"}, {"record", "record"}, {"audio", "audio"}});
    const auto input =
        config::OptionSet<CameraInput>{"One stream of the camera."}
            .field("path", &CameraInput::path,
                   "URL, file or device; user and password may come from secrets")
            .field("roles", &CameraInput::roles,
                   "What it is used for; this version analyses the first with `detect`",
                   config::list_of(role))
            .field("loop", &CameraInput::loop,
                   "Files and the demo scene in `vedette run`: from the beginning again at their "
                   "end, or over then")
            .require("path");
    std::vector<std::pair<std::string, std::string>> decoders;
    for (const char* name : {"auto", "cuda", "vaapi", "qsv", "v4l2m2m", "opencl", "none"})
        decoders.emplace_back(name, name);
    return config::OptionSet<CameraStream>{"How the camera is reached."}
        .field("inputs", &CameraStream::inputs, "Its streams",
               config::list_of(input.codec(), {.min = 1}))
        .field("hwaccel", &CameraStream::hwaccel, "Who decodes",
               config::choice<std::string>(std::move(decoders)))
        .field("stall_timeout", &CameraStream::stall_timeout,
               "Silence after which it counts as away", {.min = 0.1, .max = 3600})
        .require("inputs");
}

} // namespace

const CameraInput* CameraStream::to_analyse() const {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [](const CameraInput& input) {
        return std::find(input.roles.begin(), input.roles.end(), "detect") != input.roles.end();
    });
    return found == inputs.end() ? nullptr : &*found;
}

CameraStream read_camera_stream(const config::Node& camera, config::Problems& problems) {
    CameraStream stream;
    // The camera has other keys, too: the whole was checked against its schema before.
    camera_stream_option_set().codec().read(camera, stream, problems);
    return stream;
}

std::vector<config::Property> camera_stream_properties() {
    const config::Schema schema = camera_stream_option_set().schema();
    return {schema.properties.begin(), schema.properties.end()};
}

} // namespace vedette::app
