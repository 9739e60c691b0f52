#include "app/server/server_settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "app/camera_stream.h"
#include "app/configuration_advice.h"
#include "app/data/data_folder.h"
#include "app/mask_options.h"
#include "app/server/retention_options.h"
#include "app/watchlist_options.h"
#include "vedette/config/document.h"
#include "vedette/pipeline/option_sets.h"

namespace vedette::app {
namespace {

/// What is kept, and for how long, and where a camera stands, changes while it goes on. Of its
/// inputs one alone is analysed.
bool asks_nothing_of_a_camera(const std::string& path) {
    return path.ends_with("snapshots.retain") ||
           (path.starts_with("cameras.") &&
            (path.ends_with(".location") || path.ends_with(".mobile") ||
             path.ends_with(".record") || path.ends_with(".inputs") || path.ends_with(".roles")));
}

/// All that is written at and below a place, so that a change of it is noticed.
std::string everything_in(const config::Node& node) {
    switch (node.kind()) {
    case config::Node::Kind::absent: return "~";
    case config::Node::Kind::scalar: return node.as_string().value_or("?") + ";";
    case config::Node::Kind::list: {
        std::string all = "[";
        for (const config::Node& item : node.items())
            all += everything_in(item);
        return all + "]";
    }
    case config::Node::Kind::map: {
        std::string all;
        for (const auto& member : node.members())
            if (!asks_nothing_of_a_camera(member.value.path()))
                all += member.key + ":" + everything_in(member.value);
        return all.empty() ? "~" : "{" + all + "}";
    }
    }
    return {};
}

/// The place where a camera stands; empty where no site names it.
std::string site_of(const config::Node& root, const std::string& name) {
    for (const auto& site : root["sites"].members())
        for (const config::Node& camera : site.value["cameras"].items())
            if (camera.as_string().value_or("") == name)
                return site.key;
    return {};
}

/// What a camera is made of: its site, its own section, and the global ones that it builds on. Of
/// its inputs that which is analysed, and what else that one is used for: another input, which is
/// recorded, may change while it goes on.
/// \param analysed  which of them
std::string fingerprint_of(const config::Node& root, const std::string& name, std::size_t analysed,
                           const std::vector<std::string>& roles) {
    const config::Node camera = root["cameras"][name];
    std::string all = site_of(root, name) + "/" + everything_in(camera);
    if (const auto inputs = camera["inputs"].items(); analysed < inputs.size())
        all += everything_in(inputs[analysed]);
    for (const std::string& role : roles)
        all += "," + role;
    for (const char* section : {"detect", "motion", "tamper", "objects", "lpr", "snapshots"})
        all += everything_in(root[section]);
    if (std::find(roles.begin(), roles.end(), "record") != roles.end())
        for (const config::Node& place : {root["record"], camera["record"]})
            all += everything_in(place["encode"]); // what sees its packets
    return all;
}

/// What the input that is analysed is used for.
std::vector<std::string> roles_of(const std::map<std::string, CameraRecording>& recorded,
                                  const std::string& name) {
    std::vector<std::string> roles{"detect", "live"};
    const auto found = recorded.find(name);
    if (found == recorded.end() || !found->second.input.location.empty())
        return roles;
    roles.emplace_back("record");
    if (found->second.input.audio)
        roles.emplace_back("audio");
    return roles;
}

/// The models, which all cameras share, find what any of them wants; each camera leaves out what is
/// too weak for it.
/// \param any_plate_score  the configuration does not say it of the model itself
void widen(ModelSetOptions& models, const std::vector<pipeline::LiveCameraOptions>& cameras,
           bool any_plate_score) {
    std::set<std::string> labels;
    std::optional<float> weakest_plate;
    models.want_plates = false;
    for (const auto& one : cameras) {
        labels.insert(one.camera.objects.track.begin(), one.camera.objects.track.end());
        if (!one.camera.lpr.enabled)
            continue;
        models.want_plates = true;
        const float wanted = one.camera.lpr.detection_threshold;
        weakest_plate = std::min(weakest_plate.value_or(wanted), wanted);
    }
    if (any_plate_score && weakest_plate)
        models.plate_score = *weakest_plate;
    models.labels.assign(labels.begin(), labels.end());
}

/// Places in the configuration that are read once, at the start.
constexpr std::array kOnlyAtStart{"server", "models",    "infer",  "detectors", "detector_fallback",
                                  "logger", "telemetry", "storage"};

std::string asked_of(const ModelSetOptions& models) {
    std::string all = models.want_plates ? "plates:" + std::to_string(models.plate_score) : "";
    for (const std::string& label : models.labels)
        all += ";" + label;
    return all;
}

std::map<std::string, std::string> fixed_parts(const config::Node& root) {
    std::map<std::string, std::string> parts;
    for (const char* place : kOnlyAtStart)
        parts[place] = everything_in(root[place]);
    for (const char* limit : {"worker_threads", "memory"})
        parts[std::string{"limits."} + limit] = everything_in(root["limits"][limit]);
    parts["record.segment"] = everything_in(root["record"]["segment"]);
    return parts;
}

/// What following is made of: its section, the lists that it names, and where the cameras stand.
std::string written_of_following(const config::Node& root) {
    std::string all = everything_in(root["following"]) + everything_in(root["privacy"]["retain"]);
    for (const char* names : {"subjects", "persons", "ignore"})
        for (const config::Node& name : root["following"][names].items())
            all += everything_in(root["watchlists"][name.as_string().value_or("")]["plates"]) +
                   everything_in(root["watchlists"][name.as_string().value_or("")]["match"]);
    for (const auto& camera : root["cameras"].members())
        all += camera.key + ":" + everything_in(camera.value["location"]) +
               everything_in(camera.value["mobile"]);
    return all;
}

/// A camera of the configuration.
pipeline::LiveCameraOptions configured(const config::Node& root, const std::string& name,
                                       const std::map<std::string, CameraRecording>& recorded,
                                       config::Problems& problems) {
    const config::Node own = root["cameras"][name];
    const CameraStream stream = read_camera_stream(own, problems);
    pipeline::LiveCameraOptions camera;
    camera.camera = pipeline::read_camera_options(root, name, problems);
    camera.camera.site = site_of(root, name);
    if (const CameraInput* input = stream.to_analyse()) {
        camera.location = input->path.reveal();
        camera.once = !input->loop;
        camera.fallback = input->stand_in();
        input->manner().put_into(camera.source);
    } else {
        problems.add(own["inputs"].invalid(
            "has nothing to analyse: give an entry the role detect, or set the camera to enabled: "
            "false"));
    }
    camera.source.read_timeout = stream.stall_timeout;
    camera.decoder.hwaccel = stream.hwaccel;
    const MaskOptions masks = read_masks(own, problems);
    camera.decoder.mask = masks.privacy;
    camera.camera.motion.ignored = masks.motion;
    if (const auto weight = own["priority"].as_int(); own["priority"].present() && weight)
        camera.weight = static_cast<double>(*weight);
    if (const auto retry = own["retry_interval"].as_duration();
        own["retry_interval"].present() && retry)
        camera.longest_retry = std::chrono::duration_cast<std::chrono::milliseconds>(*retry);
    camera.first_retry = std::min(camera.first_retry, camera.longest_retry);
    if (const auto settle = own["settle_time"].as_duration();
        own["settle_time"].present() && settle)
        camera.settle_time = std::chrono::duration_cast<std::chrono::milliseconds>(*settle);
    camera.roles = roles_of(recorded, name);
    camera.fingerprint = fingerprint_of(root, name, stream.which_to_analyse(), camera.roles);
    return camera;
}

/// A camera of the command line, with the global settings.
pipeline::LiveCameraOptions given(const std::string& input, const Settings& settings, bool once) {
    pipeline::LiveCameraOptions camera;
    camera.camera = settings.job.camera;
    camera.camera.name = camera_name_for(input);
    camera.location = input;
    camera.fingerprint = input;
    camera.once = once;
    return camera;
}

/// Cameras are told apart by their names everywhere.
Status check_names(const std::vector<pipeline::LiveCameraOptions>& cameras) {
    std::map<std::string, std::string> location_of;
    for (const auto& one : cameras) {
        const std::string location = media::without_credentials(one.location);
        const auto [known, is_new] = location_of.emplace(one.camera.name, location);
        if (!is_new)
            return Error{ErrorCode::invalid_argument,
                         "two cameras would be called '" + one.camera.name + "': " + known->second +
                             " and " + location +
                             "; give them names of their own in a configuration (cameras: NAME: "
                             "…)"};
    }
    return {};
}

} // namespace

void ServerArguments::declare(CLI::App& options) {
    analysis_.declare(options);
    options.add_option("INPUT", inputs_,
                       "Cameras beside those of the configuration: rtsp://…, a video (played over "
                       "and over, at real speed), demo://street?seed=7");
    options.add_flag("--once", once_, "Play each INPUT that is a video once, not over and over");
    options.add_option(
        "--data", data_,
        "Folder for the event log, the store, the snapshots and the recordings (default: "
        "~/.local/state/vedette)");
    options.add_option("--listen", listen_, "Address and port (default: 127.0.0.1:8080)");
}

Result<ServerSettings> ServerArguments::load(const Environment& environment) const {
    ServerSettings settings;
    VEDETTE_TRY(settings.analysis, analysis_.load(environment));
    config::Node root;
    if (!analysis_.config().empty()) {
        VEDETTE_TRY(const auto document, config::Document::load(analysis_.config()));
        root = document.root();
    }
    config::Problems problems;
    settings.retention = read_retention(root, problems);
    settings.recordings = read_recordings(root, problems);
    for (const auto& camera : root["cameras"].members())
        if (const auto enabled = camera.value.bool_or("enabled", true); !enabled || *enabled)
            settings.cameras.push_back(
                configured(root, camera.key, settings.recordings.cameras, problems));
    for (const auto& camera : root["cameras"].members())
        settings.masks[camera.key] = read_masks(camera.value, problems).privacy;
    settings.watch_lists = read_watch_lists(root, problems);
    settings.watch_lists_written = everything_in(root["watchlists"]);
    settings.following = read_following(root, problems);
    if (settings.following.enabled)
        settings.following_written = written_of_following(root);
    if (!problems.empty())
        return problems.summary();
    config::Problems advice;
    advise(root, advice);
    for (const Error& one : advice.all())
        settings.advice.push_back(one.message());
    if (settings.following.enabled && !inputs_.empty())
        return Error{ErrorCode::invalid_argument,
                     "an INPUT has no place, and following.enabled needs the place of every "
                     "camera: write it into the configuration as a camera with a `location`"};
    const bool record_given = root["record"]["enabled"].present() &&
                              root["record"].bool_or("enabled", false).value_or(false);
    for (const std::string& input : inputs_) {
        settings.cameras.push_back(given(input, settings.analysis, once_));
        if (record_given) { // who only tries something out is not to find his disk full
            auto& camera = settings.cameras.back();
            settings.recordings.cameras[camera.camera.name] = {};
            camera.roles.emplace_back("record");
        }
    }
    for (pipeline::LiveCameraOptions& camera : settings.cameras) {
        camera.source.cache_dir = settings.analysis.job.source.cache_dir;
        camera.source.loop = !camera.once;
    }
    VEDETTE_CHECK_OK(check_names(settings.cameras));
    if (Status few =
            check_camera_count(settings.cameras.size(), settings.analysis.job.limits.max_cameras);
        !few)
        return std::move(few).error().with_context("limits.max_cameras");
    widen(settings.analysis.models, settings.cameras,
          !root["models"]["plate"]["min_score"].present());
    settings.fixed = fixed_parts(root);
    settings.fixed["what objects.track and lpr (enabled, detection_threshold) ask of the models"] =
        asked_of(settings.analysis.models);
    settings.data = data_.empty() ? default_data_folder() : data_;
    if (const auto listen = root["server"]["listen"].as_string();
        root["server"]["listen"].present() && listen)
        VEDETTE_CHECK_OK(read_listen(*listen, settings.api));
    if (!listen_.empty())
        VEDETTE_CHECK_OK(read_listen(listen_, settings.api));
    return settings;
}

Status read_listen(const std::string& text, api::ApiOptions& api) {
    const auto colon = text.rfind(':');
    const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
    unsigned number = 65'536;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number > 65'535)
        return Error{ErrorCode::invalid_argument,
                     "'" + text + "' is no address and port, like 127.0.0.1:8080 or [::1]:8080"};
    api.address = text.substr(0, colon);
    if (api.address.size() > 2 && api.address.front() == '[' && api.address.back() == ']')
        api.address = api.address.substr(1, api.address.size() - 2);
    api.port = static_cast<std::uint16_t>(number);
    return {};
}

} // namespace vedette::app
