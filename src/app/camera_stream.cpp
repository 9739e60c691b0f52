#include "app/camera_stream.h"

#include <algorithm>
#include <cstddef>

namespace vedette::app {
namespace {

using Transport = media::SourceOptions::Transport;

config::OptionSet<InputTls> tls_option_set() {
    return config::OptionSet<InputTls>{
        "How the camera has to prove who it is: rtsps, https and rtmps."}
        .field("verify", &InputTls::verify,
               "Check its certificate; false believes anybody who answers")
        .field("ca_file", &InputTls::ca_file,
               "PEM file of who signed it, or of itself; empty: the machine's authorities")
        .field("server_name", &InputTls::server_name,
               "The name that it must be for; empty: the host of `path`");
}

config::OptionSet<InputDevice> device_option_set() {
    return config::OptionSet<InputDevice>{
        "What a USB camera is asked for; `vedette discover` lists what it can."}
        .field("format", &InputDevice::format,
               "mjpeg, h264, yuyv422, …; empty: the best that it has")
        .field("width", &InputDevice::width, "Pixels", {.min = 16, .max = 16'384})
        .field("height", &InputDevice::height, "Pixels", {.min = 16, .max = 16'384})
        .field("fps", &InputDevice::fps, "Pictures per second", {.min = 0.1, .max = 1000})
        .field("controls", &InputDevice::controls,
               "Values of its controls, or the words of their menus, by their names",
               config::named(config::codec<std::string>()));
}

config::OptionSet<InputFallback> fallback_option_set() {
    return config::OptionSet<InputFallback>{
        "What stands in for an input that keeps failing, opened as that one is: a smaller stream, "
        "another way to the camera."}
        .field("path", &InputFallback::path, "URL, file or device, as `path` of the input")
        .field("after", &InputFallback::after,
               "Failures in a row: not to be opened, or broken off within 30 seconds",
               {.min = 1, .max = 1000})
        .field("try_again", &InputFallback::try_again,
               "Until the input itself is tried beside it; doubles up to half an hour",
               {.min = 1, .max = 1800})
        .require("path");
}

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
            .field("transport", &CameraInput::transport,
                   "RTSP: by which protocol the pictures come; auto is TCP, or UDP if it must be",
                   config::choice<Transport>({{"auto", Transport::automatic},
                                              {"tcp", Transport::tcp},
                                              {"udp", Transport::udp}}))
            .section("tls", &CameraInput::tls, "Encrypted connections", tls_option_set())
            .field("picture_interval", &CameraInput::picture_interval,
                   "Still pictures over HTTP: how often one is fetched", {.min = 0.02, .max = 3600})
            .section("device", &CameraInput::device, "USB cameras", device_option_set())
            .section("fallback", &CameraInput::fallback, "While it keeps failing",
                     fallback_option_set())
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

void InputManner::put_into(media::SourceOptions& options) const {
    options.transport = transport;
    options.tls = tls;
    options.picture_interval = picture_interval;
    options.device = device;
}

InputManner CameraInput::manner() const {
    return {.transport = transport,
            .tls = {.verify = tls.verify, .ca_file = tls.ca_file, .server_name = tls.server_name},
            .picture_interval = picture_interval,
            .device = {.format = device.format,
                       .width_px = device.width.value_or(0),
                       .height_px = device.height.value_or(0),
                       .frame_rate = device.fps.value_or(0),
                       .controls = device.controls}};
}

std::optional<media::FallbackOptions> CameraInput::stand_in() const {
    if (fallback.path.reveal().empty())
        return std::nullopt;
    return media::FallbackOptions{.location = fallback.path.reveal(),
                                  .after = fallback.after,
                                  .try_again = fallback.try_again};
}

std::size_t CameraStream::which_to_analyse() const {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [](const CameraInput& input) {
        return std::find(input.roles.begin(), input.roles.end(), "detect") != input.roles.end();
    });
    return static_cast<std::size_t>(found - inputs.begin());
}

const CameraInput* CameraStream::to_analyse() const {
    const std::size_t which = which_to_analyse();
    return which < inputs.size() ? &inputs[which] : nullptr;
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
