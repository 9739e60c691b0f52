#include "app/server/recording_options.h"

#include <algorithm>
#include <utility>

#include "app/camera_stream.h"
#include "app/configuration_check.h"
#include "app/mask_options.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

constexpr config::Limits kDays{.min = 0, .max = 36'500};
constexpr config::Limits kAround{.min = 0, .max = 600, .bare = config::BareNumber::seconds};

config::OptionSet<RecordDays> days_option_set(const char* about) {
    return config::OptionSet<RecordDays>{about}.field(
        "days", &RecordDays::days, "Days that they are kept; 0: minutes, until it is certain",
        kDays);
}

config::OptionSet<RecordAround> around_option_set(const char* about) {
    using recording::KeepMode;
    const auto retain =
        config::OptionSet<RecordRetain>{"How long."}
            .field("days", &RecordRetain::days, "Days", kDays)
            .field("mode", &RecordRetain::mode,
                   "Which files of that time: all; those around which something moves; those in "
                   "which what is not at rest is seen",
                   config::choice<KeepMode>({{"all", KeepMode::all},
                                             {"motion", KeepMode::motion},
                                             {"active_objects", KeepMode::active_objects}}));
    return config::OptionSet<RecordAround>{about}
        .field("pre_capture", &RecordAround::pre_capture, "Kept from before", kAround)
        .field("post_capture", &RecordAround::post_capture, "Kept from after", kAround)
        .section("retain", &RecordAround::retain, "How long", retain);
}

config::OptionSet<RecordEncode> encode_option_set() {
    using media::EncodeQuality;
    using media::VideoCodec;
    return config::OptionSet<RecordEncode>{
        "Pictures are decoded, get the privacy mask, and are encoded again before they are "
        "recorded. It costs processor time, day and night; under load quality and rate go down."}
        .field("enabled", &RecordEncode::enabled, "Encode; otherwise packets stay as they come")
        .field(
            "codec", &RecordEncode::codec, "What is recorded",
            config::choice<VideoCodec>(
                {{"h264", VideoCodec::h264}, {"hevc", VideoCodec::hevc}, {"av1", VideoCodec::av1}}))
        .field("encoder", &RecordEncode::encoder,
               "auto: hardware if it works, else software; software; or one by its name, as "
               "`vedette doctor` lists them")
        .field("quality", &RecordEncode::quality, "How good the pictures stay",
               config::choice<EncodeQuality>({{"low", EncodeQuality::low},
                                              {"medium", EncodeQuality::medium},
                                              {"high", EncodeQuality::high},
                                              {"best", EncodeQuality::best}}))
        .field("max_kbps", &RecordEncode::max_kbps,
               "Limit of the bit rate, 1000 bits a second; auto: what the quality takes",
               {.min = 50, .max = 90'000})
        .field("max_fps", &RecordEncode::max_fps, "Pictures a second that are kept; auto: all",
               {.min = 0.1, .max = 1000})
        .field("max_height", &RecordEncode::max_height,
               "Larger pictures are scaled down, lines; auto: none is", {.min = 64, .max = 16'384});
}

recording::EncodeOptions encoding(const RecordEncode& options) {
    return {.codec = options.codec,
            .encoder = options.encoder,
            .quality = options.quality,
            .max_bit_rate = std::int64_t{options.max_kbps.value_or(0)} * 1'000,
            .max_fps = options.max_fps.value_or(0),
            .max_height_px = options.max_height.value_or(0)};
}

std::chrono::seconds to_seconds(double days) {
    return std::chrono::seconds{static_cast<std::int64_t>(days * 86'400)};
}

recording::KeepFor keep_for(const RecordOptions& options) {
    return {.continuous = to_seconds(options.continuous.days),
            .motion = to_seconds(options.motion.days),
            .detections = to_seconds(options.detections.retain.days),
            .alerts = to_seconds(options.alerts.retain.days),
            .detections_mode = options.detections.retain.mode,
            .alerts_mode = options.alerts.retain.mode};
}

bool has_role(const CameraInput& input, const char* role) {
    return std::find(input.roles.begin(), input.roles.end(), role) != input.roles.end();
}

/// The input with the role `record`, else what is analysed.
CameraRecording recorded(const config::Node& camera, const RecordOptions& options,
                         const ReviewOptions& review, config::Problems& problems) {
    const CameraStream stream = read_camera_stream(camera, problems);
    CameraRecording out;
    out.before_alert = options.alerts.pre_capture;
    out.after_alert = options.alerts.post_capture;
    out.alert_labels = review.alerts.labels;
    out.fail_open = options.fail_open;
    out.previews = options.previews;
    out.before = options.detections.pre_capture;
    out.after = options.detections.post_capture;
    const CameraInput* analysed = stream.to_analyse();
    const auto own = std::find_if(stream.inputs.begin(), stream.inputs.end(),
                                  [](const CameraInput& one) { return has_role(one, "record"); });
    const CameraInput* input = own == stream.inputs.end() ? analysed : &*own;
    if (input == nullptr)
        return out;
    out.input.audio = has_role(*input, "audio");
    out.input.loop = input->loop;
    if (input != analysed) {
        out.input.location = input->path.reveal();
        out.input.fallback = input->stand_in();
    }
    out.input.manner = input->manner();
    config::Problems told; // where masks themselves are checked
    if (options.encode.enabled)
        out.input.encode = EncodedAgain{encoding(options.encode), read_masks(camera, told).privacy,
                                        stream.hwaccel};
    return out;
}

} // namespace

config::OptionSet<RecordOptions> record_option_set() {
    return config::OptionSet<RecordOptions>{
        "What is recorded: what the camera sends, as it is, unless `encode` says otherwise."}
        .field("enabled", &RecordOptions::enabled, "Record")
        .field("segment", &RecordOptions::segment,
               "Length of one file, up to the next key frame; for all cameras alike",
               {.min = 1, .max = 600})
        .section("encode", &RecordOptions::encode, "Encode it again before it is recorded",
                 encode_option_set())
        .field("previews", &RecordOptions::previews,
               "Keep a small picture of every ten seconds, for the timeline of the page")
        .section("continuous", &RecordOptions::continuous, "Everything",
                 days_option_set("Of recordings in which nothing went on."))
        .section("motion", &RecordOptions::motion, "What moves",
                 days_option_set("Of recordings in which something moved."))
        .section("alerts", &RecordOptions::alerts, "Around alerts",
                 around_option_set("Around alerts."))
        .section("detections", &RecordOptions::detections, "Around detections",
                 around_option_set("Around what was seen."))
        .field("fail_open", &RecordOptions::fail_open,
               "Keep what is recorded while the analysis is down as if somebody had been seen");
}

config::OptionSet<ReviewOptions> review_option_set() {
    using Kind = config::Schema::Kind;
    const auto cutoff = [](const char* otherwise) {
        return config::Property{.key = "cutoff_time",
                                .schema = {.kind = Kind::duration, .bare_seconds = true},
                                .help = "Silence that ends one",
                                .default_text = otherwise};
    };
    config::Property detections{.key = "detections",
                                .schema = {.kind = Kind::object, .about = "What else was seen."},
                                .help = "What else was seen",
                                .default_text = {}};
    config::Schema labels = config::codec<std::vector<std::string>>().schema({});
    detections.schema.put({.key = "labels", .schema = std::move(labels), .help = "Empty: all"});
    detections.schema.put(cutoff("30s"));
    const auto alerts =
        config::OptionSet<ReviewAlerts>{"What matters: it is kept as `record.alerts` says."}
            .field("labels", &ReviewAlerts::labels, "Empty: all")
            .later(cutoff("40s"));
    return config::OptionSet<ReviewOptions>{"What a person is asked to look at."}
        .section("alerts", &ReviewOptions::alerts, "What matters", alerts)
        .later(std::move(detections));
}

RecordingSettings read_recordings(const config::Node& root, config::Problems& problems) {
    const auto everywhere = record_option_set().read({root["record"]}, problems);
    RecordingSettings out;
    out.segment = std::chrono::duration_cast<std::chrono::seconds>(everywhere.segment);
    recording::RetentionRules rules{.otherwise = keep_for(everywhere)};
    for (const auto& camera : root["cameras"].members()) {
        const auto options =
            record_option_set().read({root["record"], camera.value["record"]}, problems);
        if (const config::Node own = camera.value["record"]["segment"]; own.present())
            problems.add(own.invalid("counts for all cameras: write it into the `record` section "
                                     "above them"));
        rules.by_camera[camera.key] = keep_for(options);
        const auto review =
            review_option_set().read({root["review"], camera.value["review"]}, problems);
        const auto watched = camera.value.bool_or("enabled", true);
        if (options.enabled && (!watched || *watched))
            out.cameras[camera.key] = recorded(camera.value, options, review, problems);
    }
    StorageSettings storage = read_storage(root["storage"], std::move(rules), problems);
    out.place = std::move(storage.place);
    out.tiers = std::move(storage.tiers);
    return out;
}

Result<RecordedBy> recorded_by(const std::filesystem::path& config) {
    if (config.empty())
        return RecordedBy{};
    VEDETTE_TRY(const auto document, config::Document::load(config));
    config::Problems problems;
    check_configuration(document.root(), problems);
    RecordedBy out;
    out.settings = read_recordings(document.root(), problems);
    for (const auto& camera : document.root()["cameras"].members())
        out.masks[camera.key] = read_masks(camera.value, problems).privacy;
    if (!problems.empty())
        return problems.summary();
    return out;
}

Result<RecordingSettings> settings_of_recordings(const std::filesystem::path& config) {
    VEDETTE_TRY(auto server, recorded_by(config));
    return std::move(server.settings);
}

Result<RecordingsPlace> place_of_recordings(const std::filesystem::path& config) {
    VEDETTE_TRY(auto server, recorded_by(config));
    return std::move(server.settings.place);
}

std::vector<std::string> ages_without_effect(const RecordingSettings& settings) {
    std::chrono::seconds continuous{0};
    std::chrono::seconds events{0};
    const auto widen = [&](const recording::KeepFor& keep) {
        continuous = std::max({continuous, keep.continuous, keep.motion});
        events = std::max({events, continuous, keep.detections, keep.alerts});
    };
    widen(settings.rules().otherwise);
    for (const auto& [camera, keep] : settings.rules().by_camera)
        widen(keep);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < settings.tiers.size(); ++i) {
        const recording::RetentionRules& rules = settings.tiers[i].rules;
        const std::string place = "storage.tiers[" + std::to_string(i) + "].";
        if (rules.continuous.max_age.value_or(continuous) > continuous)
            out.push_back(place + "continuous.max_age");
        if (rules.events.max_age.value_or(events) > events)
            out.push_back(place + "events.max_age");
    }
    return out;
}

} // namespace vedette::app
