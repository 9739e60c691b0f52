#include "vedette/pipeline/option_sets.h"

namespace vedette::pipeline {
namespace {

using config::OptionSet;
using config::Property;
using config::Schema;

Property later(std::string key, Schema schema, std::string help) {
    return {.key = std::move(key),
            .schema = std::move(schema),
            .help = std::move(help),
            .default_text = {}};
}

OptionSet<DetectOptions::Stationary> stationary_option_set() {
    using Stationary = DetectOptions::Stationary;
    return OptionSet<Stationary>{"Things at rest: a parked car is one event."}
        .field("interval", &Stationary::interval,
               "Look once in so many detections while nothing moves", {.min = 1, .max = 10'000})
        .field("threshold", &Stationary::threshold,
               "Detections without moving until a thing counts as parked",
               {.min = 1, .max = 10'000});
}

OptionSet<PacketGateOptions> packet_gate_option_set() {
    using Packet = PacketGateOptions;
    return OptionSet<Packet>{"Of `gate: packet`: a camera on which nothing happens is asleep."}
        .field("stay_awake", &Packet::stay_awake,
               "How long everything is decoded after the last sign that something happens",
               {.min = 1, .max = 3600})
        .field("probe_every", &Packet::probe_every,
               "Asleep, a key frame is looked at for motion this often, even if the sizes of "
               "packets are as ever; after two seconds if they are not",
               {.min = 1, .max = 60})
        .field("look_every", &Packet::look_every,
               "Asleep, detectors look at a key frame this often, even if nothing moves in it",
               {.min = 1, .max = 86'400})
        .field("max_bytes", &Packet::max_bytes,
               "Packets kept back since the last key frame; a camera with larger groups of "
               "pictures stays awake",
               {.min = 100'000, .max = 1e9})
        .field("max_time", &Packet::max_time,
               "Between the first and the last packet kept back; a camera with key frames farther "
               "apart stays awake",
               {.min = 1, .max = 120});
}

OptionSet<LprOptions::Fusion> fusion_option_set() {
    return OptionSet<LprOptions::Fusion>{
        "The reads of one pass become one text, character by character."}
        .field("max_reads", &LprOptions::Fusion::max_reads, "Reads kept per vehicle; the best ones",
               {.min = 1, .max = 200})
        .later(later("method", {.kind = Schema::Kind::choice, .choices = {"per_character"}},
                     "The one there is"))
        .later(later("keep_reads", {.kind = Schema::Kind::flag}, "Store every single read"));
}

OptionSet<LabelFilter> label_filter_option_set() {
    return OptionSet<LabelFilter>{"What a detection must be like to count."}
        .field("min_area", &LabelFilter::min_area,
               "Smallest box, in pixels of the analysed picture", {.min = 0})
        .field("min_score", &LabelFilter::min_score, "Weaker detections only keep a track alive",
               {.min = 0, .max = 1})
        .field("threshold", &LabelFilter::threshold,
               "Score that the best detection of a track must reach", {.min = 0, .max = 1});
}

template <class V>
config::Codec<std::map<std::string, V>> by_label(config::Codec<V> item) {
    auto codec = config::named(std::move(item));
    codec.schema = [inner = codec.schema](const auto& fallback) {
        Schema schema = inner(fallback);
        schema.any_name = true; // "traffic light" is a label too
        return schema;
    };
    return codec;
}

OptionSet<SnapshotOptions::Retain> snapshot_retain_option_set() {
    using Retain = SnapshotOptions::Retain;
    const config::Limits days{.min = 0, .max = 36'500};
    return OptionSet<Retain>{
        "Days that a server keeps pictures; as long as their sighting at most."}
        .field("max_size", &Retain::max_size,
               "Of all cameras' pictures together; beyond it the oldest are deleted", {.min = 1e6})
        .field("default", &Retain::default_days, "Days", days)
        .field("objects", &Retain::objects, "Days, by label",
               by_label(config::codec<double>(days)));
}

} // namespace

OptionSet<DetectOptions> detect_option_set() {
    return OptionSet<DetectOptions>{
        "How often pictures are looked at, and when what is seen counts."}
        .field("enabled", &DetectOptions::enabled, "Look for objects at all")
        .field("fps", &DetectOptions::fps, "Detections a second, at most", {.min = 0.1, .max = 60})
        .field("min_initialized", &DetectOptions::min_initialized,
               "Detections before a track is believed", {.min = 1, .max = 100})
        .field("max_disappeared", &DetectOptions::max_disappeared,
               "Detections missed in a row before a track ends", {.min = 1, .max = 10'000})
        .field("max_frame_age", &DetectOptions::max_frame_age, "Live: older pictures are dropped",
               {.min = 0.05, .max = 60})
        .field("gate", &DetectOptions::gate,
               "off: every picture that is due is looked at; motion: those in which something "
               "moves; packet: the same, and while nothing happens only key frames are decoded",
               config::choice<GateMode>({{"off", GateMode::off},
                                         {"motion", GateMode::motion},
                                         {"packet", GateMode::packet}}))
        .section("packet", &DetectOptions::packet, "Of `gate: packet`", packet_gate_option_set())
        .field("require_motion", &DetectOptions::require_motion,
               "Look only while something moves; without it also where nothing does, whenever a "
               "picture is decoded")
        .section("stationary", &DetectOptions::stationary, "Things at rest",
                 stationary_option_set())
        .later(later("width", {.kind = Schema::Kind::integer, .min = 16, .max = 16'384},
                     "Width of the analysed picture; this version analyses what the "
                     "camera sends and scales it for each model by itself"))
        .later(later("height", {.kind = Schema::Kind::integer, .min = 16, .max = 16'384},
                     "Height of the analysed picture"));
}

OptionSet<vision::MotionOptions> motion_option_set() {
    using Motion = vision::MotionOptions;
    return OptionSet<Motion>{"What counts as movement."}
        .field("threshold", &Motion::threshold, "Grey levels by which a pixel must differ",
               {.min = 1, .max = 255})
        .field("contour_area", &Motion::contour_area,
               "Pixels of the reduced picture that make a region", {.min = 1, .max = 10'000})
        .field("frame_alpha", &Motion::frame_alpha, "How fast the background follows",
               {.min = 0.0001, .max = 1})
        .field("lightning_threshold", &Motion::lightning_threshold,
               "Share of the picture changing at once that is light and not motion",
               {.min = 0.05, .max = 1});
}

OptionSet<vision::TamperOptions> tamper_option_set() {
    using Tamper = vision::TamperOptions;
    return OptionSet<Tamper>{"Tells when a camera can't see what it was set up to see."}
        .field("enabled", &Tamper::enabled, "Look for it")
        .field("black", &Tamper::black,
               "The picture went dark at once; not for rooms without any light at night")
        .field("uniform", &Tamper::uniform, "Covered, or washed out by light")
        .field("blurred", &Tamper::blurred, "Out of focus, sprayed, smeared")
        .field("moved", &Tamper::moved,
               "Turned, shifted or zoomed; not for cameras that are turned on purpose")
        .field("sensitivity", &Tamper::sensitivity,
               "1: even slight changes are told, 0: only gross ones", {.min = 0, .max = 1})
        .field("min_duration", &Tamper::min_duration,
               "How long it lasts before it is told; twice as long for a view that was found "
               "nowhere, three times if the light changed as it came",
               {.min = 2, .max = 3600})
        .field("settle", &Tamper::settle, "After a camera was opened nothing is judged for so long",
               {.min = 0, .max = 600})
        .field("accept_after", &Tamper::accept_after,
               "A view that stays moved or blurred for so long is the camera's view from then on; "
               "0: never",
               {.min = 0, .max = 2'592'000});
}

OptionSet<ObjectOptions> object_option_set() {
    return OptionSet<ObjectOptions>{"What is followed."}
        .field("track", &ObjectOptions::track, "Labels that are followed; others are left out")
        .field("filters", &ObjectOptions::filters, "By label",
               by_label(label_filter_option_set().codec()));
}

OptionSet<LprOptions> lpr_option_set() {
    return OptionSet<LprOptions>{"Licence plates."}
        .field("enabled", &LprOptions::enabled, "Read plates")
        .field("detection_threshold", &LprOptions::detection_threshold,
               "Score that a found plate must reach", {.min = 0, .max = 1})
        .field("min_area", &LprOptions::min_area,
               "On smaller vehicles no plate is looked for, pixels", {.min = 0})
        .field("recognition_threshold", &LprOptions::recognition_threshold,
               "Confidence to accept a text; weaker reads still feed the fusion",
               {.min = 0, .max = 1})
        .field("min_plate_length", &LprOptions::min_plate_length, "Characters",
               {.min = 1, .max = 16})
        .field("regions", &LprOptions::regions,
               "Plate forms that are tried: regions or groups; empty: all")
        .field("dedupe_window", &LprOptions::dedupe_window,
               "The same text again within it is the same passage", {.min = 0, .max = 86'400})
        .section("fusion", &LprOptions::fusion, "How the reads of one pass become one text",
                 fusion_option_set())
        .later(later("match_distance", {.kind = Schema::Kind::integer, .min = 0, .max = 4},
                     "Characters that may differ from a listed plate"));
}

OptionSet<SnapshotOptions> snapshot_option_set() {
    return OptionSet<SnapshotOptions>{"Pictures of what was seen."}
        .field("enabled", &SnapshotOptions::enabled, "Keep them")
        .field("quality", &SnapshotOptions::quality, "JPEG quality", {.min = 1, .max = 100})
        .section("retain", &SnapshotOptions::retain, "How long they are kept",
                 snapshot_retain_option_set());
}

config::Codec<CameraType> camera_type_codec() {
    return config::choice<CameraType>({{"general", CameraType::general}, {"lpr", CameraType::lpr}});
}

CameraOptions read_camera_options(const config::Node& root, const std::string& camera,
                                  config::Problems& problems) {
    const config::Node own = camera.empty() ? config::Node{} : root["cameras"][camera];
    const auto read = [&](const char* section, const auto& set) {
        return set.read({root[section], own[section]}, problems);
    };
    CameraOptions options;
    options.name = camera;
    if (const config::Node type = own["type"]; type.present())
        camera_type_codec().read(type, options.type, problems);
    options.detect = read("detect", detect_option_set());
    options.motion = read("motion", motion_option_set());
    options.objects = read("objects", object_option_set());
    options.lpr = read("lpr", lpr_option_set());
    options.snapshots = read("snapshots", snapshot_option_set());
    options.tamper = read("tamper", tamper_option_set());
    return options;
}

} // namespace vedette::pipeline
