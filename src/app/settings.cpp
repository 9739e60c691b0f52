#include "app/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "app/camera_stream.h"
#include "app/configuration_check.h"
#include "app/engine_options.h"
#include "app/mask_options.h"
#include "vedette/config/document.h"
#include "vedette/pipeline/option_sets.h"

namespace vedette::app {
namespace {

/// Detections this much weaker than what counts still keep a track alive (the second association of
/// ByteTrack).
constexpr float kWeakestUseful = 0.1F;

/// Two cores are busy with one decoder, one detector and the plates; with more, a second detector
/// (about 40 MB) keeps up with the decoder, and a third would wait for it.
int object_lanes() { return std::thread::hardware_concurrency() >= 4 ? 2 : 1; }

Error unknown_camera(const config::Node& cameras, const std::string& wanted) {
    std::string known;
    for (const auto& member : cameras.members())
        known += (known.empty() ? "" : ", ") + member.key;
    return {ErrorCode::invalid_argument,
            "--camera: no camera '" + wanted +
                "' in the configuration; there are: " + (known.empty() ? "none" : known)};
}

/// "task=id" -> map entry.
Status add_wanted(const std::string& text, std::map<std::string, std::string>& wanted) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        return Error{ErrorCode::invalid_argument,
                     "--model: '" + text +
                         "' is not TASK=ID, for example object=yolox-nano or ocr=cct-xs-v1"};
    wanted[text.substr(0, equals)] = text.substr(equals + 1);
    return {};
}

/// How the camera is reached, where one is chosen.
void read_stream(const config::Node& camera, Settings& settings, config::Problems& problems) {
    if (!camera.present())
        return;
    const CameraStream stream = read_camera_stream(camera, problems);
    settings.job.decoder.hwaccel = stream.hwaccel;
    settings.job.source.read_timeout = stream.stall_timeout;
    const MaskOptions masks = read_masks(camera, problems);
    settings.job.decoder.mask = masks.privacy;
    settings.job.camera.motion.ignored = masks.motion;
    if (const CameraInput* input = stream.to_analyse()) {
        settings.camera_input = input->path;
        input->manner().put_into(settings.job.source);
    }
}

/// All of them for the log, the first for who asked.
Error refusal(const config::Problems& problems, Log& log) {
    for (const Error& problem : problems.all())
        log.error("the configuration has a mistake", {{"problem", problem.message()}});
    return problems.summary();
}

} // namespace

void SettingsArguments::declare(CLI::App& options) {
    options.add_option("-c,--config", config_, "Configuration file (see `vedette config doc`)");
    options.add_option("--camera", camera_,
                       "Take the settings of this camera of the configuration");
    options.add_option(
        "--models", models_,
        "Folder of model manifests; without it the models that came with the program");
    options
        .add_option("--model", model_,
                    "TASK=ID: another model of that folder, for example object=nanodet-m")
        ->allow_extra_args(false);
}

Result<Settings> SettingsArguments::load(const Environment& environment) const {
    Settings settings;
    settings.models.folder = models_.empty() ? environment.paths.models : models_;
    settings.job.source.cache_dir = (environment.paths.cache / "demo").string();
    config::Node root;
    if (!config_.empty()) {
        VEDETTE_TRY(const auto document, config::Document::load(config_));
        root = document.root();
    }
    config::Problems problems;
    check_configuration(root, problems);
    if (!problems.empty())
        return refusal(problems, environment.log);
    if (!camera_.empty() && !root["cameras"][camera_].present())
        return unknown_camera(root["cameras"], camera_);
    settings.log.level = LogLevel::warn;
    if (root["logger"].present())
        settings.log = observability::log_options().read({root["logger"]}, problems);
    settings.job.camera = pipeline::read_camera_options(root, camera_, problems);
    settings.job.limits = limit_option_set().read({root["limits"]}, problems);
    settings.telemetry = telemetry_option_set().read({root["telemetry"]}, problems);
    if (!camera_.empty())
        read_stream(root["cameras"][camera_], settings, problems);
    settings.models.chain = engine_chain(
        root, settings.job.limits.worker_threads, environment.registries.backends,
        infer::usable_cache(environment.paths.cache / "models", environment.log), problems);
    const ModelChoices choices = model_choices_option_set().read({root["models"]}, problems);
    settings.models.wanted = choices.wanted();
    settings.models.shadow_share = choices.shadow_share;
    if (!problems.empty())
        return refusal(problems, environment.log);
    for (const std::string& text : model_)
        VEDETTE_CHECK_OK(add_wanted(text, settings.models.wanted));
    settings.models.object_score = choices.object.min_score.value_or(kWeakestUseful);
    settings.models.object_lanes = std::min(object_lanes(), settings.job.limits.worker_threads);
    settings.models.labels = settings.job.camera.objects.track;
    settings.models.plate_score =
        choices.plate.min_score.value_or(settings.job.camera.lpr.detection_threshold);
    settings.models.finder.min_read_confidence = choices.ocr.min_score.value_or(0);
    settings.models.want_plates = settings.job.camera.lpr.enabled;
    return settings;
}

} // namespace vedette::app
