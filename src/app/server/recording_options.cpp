#include "app/server/recording_options.h"

#include <algorithm>
#include <utility>

#include "app/camera_stream.h"
#include "app/configuration_check.h"
#include "vedette/config/document.h"
#include "vedette/crypto/aead.h"

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
CameraRecording recorded(const CameraStream& stream, const RecordOptions& options,
                         const ReviewOptions& review) {
    CameraRecording out;
    out.before_alert = options.alerts.pre_capture;
    out.after_alert = options.alerts.post_capture;
    out.alert_labels = review.alerts.labels;
    out.fail_open = options.fail_open;
    out.before = options.detections.pre_capture;
    out.after = options.detections.post_capture;
    const CameraInput* analysed = stream.to_analyse();
    const auto own = std::find_if(stream.inputs.begin(), stream.inputs.end(),
                                  [](const CameraInput& one) { return has_role(one, "record"); });
    const CameraInput* input = own == stream.inputs.end() ? analysed : &*own;
    if (input == nullptr)
        return out;
    out.audio = has_role(*input, "audio");
    out.loop = input->loop;
    if (input != analysed) {
        out.location = input->path.reveal();
        out.fallback = input->stand_in();
    }
    out.manner = input->manner();
    return out;
}

} // namespace

config::OptionSet<RecordOptions> record_option_set() {
    return config::OptionSet<RecordOptions>{
        "What is recorded, as the camera sends it: nothing is encoded again."}
        .field("enabled", &RecordOptions::enabled, "Record")
        .field("segment", &RecordOptions::segment,
               "Length of one file, up to the next key frame; for all cameras alike",
               {.min = 1, .max = 600})
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

namespace {

config::OptionSet<EncryptionOptions> encryption_option_set() {
    return config::OptionSet<EncryptionOptions>{"Recordings that only this program can read."}
        .field("enabled", &EncryptionOptions::enabled, "Encrypt what is recorded from now on")
        .field("key", &EncryptionOptions::key,
               "64 hexadecimal digits, from a file or the environment; without it what was "
               "encrypted before cannot be read")
        .field("cipher", &EncryptionOptions::cipher, "There is one",
               config::choice<std::string>({{"xchacha20-poly1305", "xchacha20-poly1305"}}));
}

config::OptionSet<StorageTier> tier_option_set() {
    const auto kept = [](const char* about) {
        return config::OptionSet<StorageClass>{about}
            .field("max_age", &StorageClass::max_age,
                   "Older ones are deleted, unless the next tier takes them; 0s: as `record` says",
                   {.min = 0})
            .field("max_size", &StorageClass::max_size, "Beyond this the oldest are deleted");
    };
    return config::OptionSet<StorageTier>{
        "One place for recordings. Where `continuous` or `events` stands in one that is not the "
        "first, nothing else comes there."}
        .field("path", &StorageTier::path,
               "Folder; all but the first must hold a file `.vedette-tier`")
        .field("max_size", &StorageTier::max_size,
               "Of all recordings in it; beyond it the oldest are deleted", {.min = 1e6})
        .require("path")
        .section("continuous", &StorageTier::continuous, "Without an event",
                 kept("Recordings without an event."))
        .section("events", &StorageTier::events, "Of events", kept("Recordings of events."))
        .field("move_after", &StorageTier::move_after,
               "Older ones come here from the tier before; needed in all but the first",
               {.min = 0, .max = 86'400.0 * 36'500})
        .field("move_rate", &StorageTier::move_rate,
               "What may come here in a second; 0B: as fast as it goes");
}

} // namespace

config::OptionSet<StorageOptions> storage_option_set() {
    using Kind = config::Schema::Kind;
    const auto later = [](std::string key, Kind kind, std::string help) {
        return config::Property{.key = std::move(key),
                                .schema = {.kind = kind},
                                .help = std::move(help),
                                .default_text = {}};
    };
    config::Property offsite = later("offsite", Kind::object, "A copy elsewhere");
    offsite.schema.put(later("enabled", Kind::flag, ""));
    for (const char* key : {"endpoint", "bucket"})
        offsite.schema.put(later(key, Kind::text, ""));
    for (const char* key : {"access_key", "secret_key"})
        offsite.schema.put(later(key, Kind::secret, ""));
    return config::OptionSet<StorageOptions>{"Where recordings are kept."}
        .field("tiers", &StorageOptions::tiers, "The first, which must be local, takes everything",
               config::list_of(tier_option_set().codec(), {.min = 1}))
        .field("min_free", &StorageOptions::min_free,
               "Share of the disk that is always left free: the oldest recordings go for it",
               {.min = 0, .max = 0.9})
        .section("encryption", &StorageOptions::encryption, "At rest", encryption_option_set())
        .later(std::move(offsite));
}

namespace {

/// The PATH of `${file:PATH}`; empty for a key that comes from elsewhere.
std::filesystem::path key_file_of(const config::Node& key) {
    constexpr std::string_view kBegin = "${file:";
    const auto text = key.withholding_secrets().as_string();
    if (!text || !text->starts_with(kBegin) || !text->ends_with('}'))
        return {};
    return text->substr(kBegin.size(), text->size() - kBegin.size() - 1);
}

void read_encryption(const config::Node& node, const EncryptionOptions& options,
                     RecordingsPlace& place, config::Problems& problems) {
    place.encrypt = options.enabled;
    const config::Node key = node["key"];
    if (options.enabled && !key.present())
        problems.add(node.invalid("key", "is needed: 64 hexadecimal digits in a file, which "
                                         "`openssl rand -hex 32` makes"));
    if (!key.present() || key.is_withheld())
        return;
    auto text = key.as_secret(); // also where it is off: what was encrypted before is read
    if (!text && options.enabled)
        problems.add(std::move(text).error());
    if (!text)
        return;
    if (auto usable = crypto::AeadKey::from_hex(text->reveal()); !usable)
        problems.add(key.invalid(usable.error().message()));
    place.key = *std::move(text);
    place.key_file = key_file_of(key);
}

} // namespace

namespace {

recording::ClassLimits limits_of(const StorageClass& options) {
    recording::ClassLimits out{.max_bytes = options.max_size.bytes};
    if (options.max_age.count() > 0)
        out.max_age = std::chrono::duration_cast<std::chrono::seconds>(options.max_age);
    return out;
}

/// What comes to a tier, and whether the one before it waits with it.
recording::MoveRules moves_of(const config::Node& node, const StorageTier& options) {
    const bool continuous = node["continuous"].present();
    const bool events = node["events"].present();
    return {.after = std::chrono::duration_cast<std::chrono::seconds>(options.move_after),
            .continuous = continuous || !events,
            .events = events || !continuous,
            .bytes_per_second = static_cast<double>(options.move_rate.bytes)};
}

/// \return whether what comes to a tier stays there for some time
bool stays(const recording::ClassLimits& limits, const recording::MoveRules& moves) {
    return !limits.max_age || *limits.max_age > moves.after;
}

/// \pre the rules of the first tier say all that counts for every one
void read_tiers(const config::Node& list, const std::vector<StorageTier>& options,
                RecordingSettings& out, config::Problems& problems) {
    const auto nodes = list.items();
    const recording::RetentionRules common = out.rules();
    for (std::size_t i = 0; i < options.size() && i < nodes.size(); ++i) {
        recording::TierRules tier{common, {}};
        tier.rules.max_bytes = options[i].max_size.bytes;
        tier.rules.continuous = limits_of(options[i].continuous);
        tier.rules.events = limits_of(options[i].events);
        if (i == 0) {
            out.place.folder = options[i].path;
            if (nodes[i]["move_after"].present())
                problems.add(nodes[i]["move_after"].invalid(
                    "means nothing in the first tier: everything is recorded there"));
            out.tiers.front() = std::move(tier);
            continue;
        }
        tier.moves = moves_of(nodes[i], options[i]);
        if (!nodes[i]["move_after"].present())
            problems.add(nodes[i].invalid("needs move_after: how old what comes here is"));
        for (const auto& [key, limits] : {std::pair{"continuous", &tier.rules.continuous},
                                          std::pair{"events", &tier.rules.events}})
            if (!stays(*limits, tier.moves))
                problems.add(nodes[i][key]["max_age"].invalid(
                    "must be more than move_after: what comes here would be deleted at once"));
        out.place.more.emplace_back(options[i].path);
        recording::RetentionRules& before = out.tiers.back().rules;
        before.continuous.moves_on = tier.moves.continuous;
        before.events.moves_on = tier.moves.events;
        out.tiers.push_back(std::move(tier));
    }
}

} // namespace

RecordingSettings read_recordings(const config::Node& root, config::Problems& problems) {
    const auto storage = storage_option_set().read({root["storage"]}, problems);
    const auto everywhere = record_option_set().read({root["record"]}, problems);
    RecordingSettings out;
    out.segment = std::chrono::duration_cast<std::chrono::seconds>(everywhere.segment);
    out.rules().otherwise = keep_for(everywhere);
    out.rules().min_free = storage.min_free.value;
    read_encryption(root["storage"]["encryption"], storage.encryption, out.place, problems);
    for (const auto& camera : root["cameras"].members()) {
        const auto options =
            record_option_set().read({root["record"], camera.value["record"]}, problems);
        if (const config::Node own = camera.value["record"]["segment"]; own.present())
            problems.add(own.invalid("counts for all cameras: write it into the `record` section "
                                     "above them"));
        out.rules().by_camera[camera.key] = keep_for(options);
        const auto review =
            review_option_set().read({root["review"], camera.value["review"]}, problems);
        const auto watched = camera.value.bool_or("enabled", true);
        if (options.enabled && (!watched || *watched))
            out.cameras[camera.key] =
                recorded(read_camera_stream(camera.value, problems), options, review);
    }
    read_tiers(root["storage"]["tiers"], storage.tiers, out, problems);
    return out;
}

Result<RecordingSettings> settings_of_recordings(const std::filesystem::path& config) {
    if (config.empty())
        return RecordingSettings{};
    VEDETTE_TRY(const auto document, config::Document::load(config));
    config::Problems problems;
    check_configuration(document.root(), problems);
    auto settings = read_recordings(document.root(), problems);
    if (!problems.empty())
        return problems.summary();
    return settings;
}

Result<RecordingsPlace> place_of_recordings(const std::filesystem::path& config) {
    VEDETTE_TRY(auto settings, settings_of_recordings(config));
    return std::move(settings.place);
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
