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
    const auto retain = config::OptionSet<RecordRetain>{"How long."}
                            .field("days", &RecordRetain::days, "Days", kDays)
                            .later({.key = "mode",
                                    .schema = {.kind = config::Schema::Kind::choice,
                                               .choices = {"all", "motion", "active_objects"}},
                                    .help = "This version keeps whole segments",
                                    .default_text = "motion"});
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
            .alerts = to_seconds(options.alerts.retain.days)};
}

bool has_role(const CameraInput& input, const char* role) {
    return std::find(input.roles.begin(), input.roles.end(), role) != input.roles.end();
}

/// The input with the role `record`, else what is analysed.
CameraRecording recorded(const CameraStream& stream, const RecordOptions& options) {
    CameraRecording out;
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
        .later({.key = "fail_open",
                .schema = {.kind = config::Schema::Kind::flag},
                .help = "Keep everything while the analysis is down",
                .default_text = "true"});
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

} // namespace

config::OptionSet<StorageOptions> storage_option_set() {
    using Kind = config::Schema::Kind;
    const auto later = [](std::string key, Kind kind, std::string help) {
        return config::Property{.key = std::move(key),
                                .schema = {.kind = kind},
                                .help = std::move(help),
                                .default_text = {}};
    };
    const auto kept = [&later](std::string key, std::string help) {
        config::Property property = later(std::move(key), Kind::object, std::move(help));
        property.schema.put(later("max_age", Kind::duration, "Older ones are deleted"));
        property.schema.put(later("max_size", Kind::size, "Beyond this the oldest are deleted"));
        return property;
    };
    const auto tier =
        config::OptionSet<StorageTier>{"One place for recordings."}
            .field("path", &StorageTier::path, "Folder")
            .field("max_size", &StorageTier::max_size,
                   "Of all recordings in it; beyond it the oldest are deleted", {.min = 1e6})
            .require("path")
            .later(kept("continuous", "Without an event"))
            .later(kept("events", "Of events"))
            .later(
                later("move_after", Kind::duration, "Older ones come here from the tier before"));
    config::Property offsite = later("offsite", Kind::object, "A copy elsewhere");
    offsite.schema.put(later("enabled", Kind::flag, ""));
    for (const char* key : {"endpoint", "bucket"})
        offsite.schema.put(later(key, Kind::text, ""));
    for (const char* key : {"access_key", "secret_key"})
        offsite.schema.put(later(key, Kind::secret, ""));
    return config::OptionSet<StorageOptions>{"Where recordings are kept."}
        .field("tiers", &StorageOptions::tiers, "This version uses the first",
               config::list_of(tier.codec(), {.min = 1}))
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

RecordingSettings read_recordings(const config::Node& root, config::Problems& problems) {
    const auto storage = storage_option_set().read({root["storage"]}, problems);
    const auto everywhere = record_option_set().read({root["record"]}, problems);
    RecordingSettings out;
    out.segment = std::chrono::duration_cast<std::chrono::seconds>(everywhere.segment);
    out.rules.otherwise = keep_for(everywhere);
    out.rules.min_free = storage.min_free.value;
    read_encryption(root["storage"]["encryption"], storage.encryption, out.place, problems);
    if (!storage.tiers.empty()) {
        out.place.folder = storage.tiers.front().path;
        out.rules.max_bytes = storage.tiers.front().max_size.bytes;
        out.has_more_tiers = storage.tiers.size() > 1;
    }
    for (const auto& camera : root["cameras"].members()) {
        const auto options =
            record_option_set().read({root["record"], camera.value["record"]}, problems);
        if (const config::Node own = camera.value["record"]["segment"]; own.present())
            problems.add(own.invalid("counts for all cameras: write it into the `record` section "
                                     "above them"));
        out.rules.by_camera[camera.key] = keep_for(options);
        const auto watched = camera.value.bool_or("enabled", true);
        if (options.enabled && (!watched || *watched))
            out.cameras[camera.key] = recorded(read_camera_stream(camera.value, problems), options);
    }
    return out;
}

Result<RecordingsPlace> place_of_recordings(const std::filesystem::path& config) {
    if (config.empty())
        return RecordingsPlace{};
    VEDETTE_TRY(const auto document, config::Document::load(config));
    config::Problems problems;
    check_configuration(document.root(), problems);
    auto settings = read_recordings(document.root(), problems);
    if (!problems.empty())
        return problems.summary();
    return std::move(settings.place);
}

} // namespace vedette::app
