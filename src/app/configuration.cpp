#include "app/configuration.h"

#include "app/camera_stream.h"
#include "app/engine_options.h"
#include "app/following_options.h"
#include "app/limit_options.h"
#include "app/mask_options.h"
#include "app/server/recording_options.h"
#include "app/server/retention_options.h"
#include "app/telemetry_options.h"
#include "app/watchlist_options.h"
#include "vedette/config/vocabulary.h"
#include "vedette/observability/log_options.h"
#include "vedette/pipeline/option_sets.h"

namespace vedette::app {
namespace {

using config::Property;

Property section(std::string key, config::Schema schema) {
    std::string help = schema.about;
    return {.key = std::move(key),
            .schema = std::move(schema),
            .help = std::move(help),
            .default_text = {}};
}

/// What `vedette run` reads of a camera beside its stream.
void add_server_keys(std::vector<Property>& of_camera) {
    using Kind = config::Schema::Kind;
    of_camera.push_back({.key = "enabled",
                         .schema = {.kind = Kind::flag},
                         .help = "Watch it",
                         .default_text = "true"});
    of_camera.push_back({.key = "priority",
                         .schema = {.kind = Kind::integer, .min = 1, .max = 1000},
                         .help = "Share of the looks when there are too few for all cameras",
                         .default_text = "1"});
    of_camera.push_back({.key = "retry_interval",
                         .schema = {.kind = Kind::duration, .min = 0.1, .max = 86'400},
                         .help = "Longest wait between two attempts to reach it",
                         .default_text = "10s"});
    of_camera.push_back({.key = "settle_time",
                         .schema = {.kind = Kind::duration, .min = 0, .max = 60},
                         .help = "From the first picture of a connection on nothing is looked at "
                                 "for so long: many cameras begin with broken ones",
                         .default_text = "1s"});
}

/// Of the section `section_key` only `used` is read; the rest waits for a later version.
/// \return what is used
Property& use_only(config::Schema& root, std::string_view section_key, std::string_view used) {
    Property& section = *root.find(section_key);
    section.use = Property::Use::optional;
    for (Property& property : section.schema.properties)
        if (property.key != used)
            property.use = Property::Use::later;
    return *section.schema.find(used);
}

/// Of `storage` and of its tiers only some keys are read.
void use_storage(Property& storage) {
    storage.use = Property::Use::optional;
    config::Schema used = storage_option_set().schema();
    for (Property& property : storage.schema.properties)
        if (Property* read = used.find(property.key);
            read != nullptr && read->use != Property::Use::later)
            property = *read;
        else
            property.use = Property::Use::later;
}

/// What the server reads beside the sections that every command reads.
void use_server_sections(config::Schema& root) {
    use_only(root, "server", "listen");
    config::Schema store = store_option_set().schema();
    use_only(root, "database", "max_size") = *store.find("max_size");
    use_only(root, "events", "log").schema = event_log_option_set().schema();
    use_storage(*root.find("storage"));
    use_only(root, "privacy", "retain").schema = privacy_retain_option_set().schema();
    Property& sites = *root.find("sites");
    sites.use = Property::Use::optional;
    sites.help = "Places, by your own names: the first part of the ids of their cameras' events";
}

} // namespace

config::Schema configuration_schema() {
    std::vector<Property> of_camera = camera_stream_properties();
    of_camera.push_back(
        {.key = "type",
         .schema = pipeline::camera_type_codec().schema({}),
         .help = "lpr: plates are looked for in the whole picture and followed themselves",
         .default_text = "general"});
    of_camera.push_back({.key = "location",
                         .schema = location_schema(),
                         .help = "Where it stands; `following` needs it",
                         .default_text = {}});
    of_camera.push_back(section("masks", mask_option_set().schema()));
    of_camera.push_back({.key = "mobile",
                         .schema = mobile_schema(),
                         .help = "Name from `following.mobile`: the car that carries it, instead "
                                 "of a `location`",
                         .default_text = {}});
    add_server_keys(of_camera);
    const std::vector<Property> sections{
        section("detect", pipeline::detect_option_set().schema()),
        section("motion", pipeline::motion_option_set().schema()),
        section("tamper", pipeline::tamper_option_set().schema()),
        section("objects", pipeline::object_option_set().schema()),
        section("lpr", pipeline::lpr_option_set().schema()),
        section("snapshots", pipeline::snapshot_option_set().schema()),
        section("record", record_option_set().schema()),
        section("review", review_option_set().schema()),
        section("logger", observability::log_options().schema()),
        section("models", model_choices_option_set().schema()),
        section("infer", infer_option_set().schema()),
        section("limits", limit_option_set().schema()),
        section("telemetry", telemetry_option_set().schema()),
        {.key = "watchlists",
         .schema = watch_lists_schema(),
         .help = "Lists of plates, by your own names",
         .default_text = {}},
        {.key = "following",
         .schema = following_schema(),
         .help = "Who keeps turning up behind whom",
         .default_text = {}},
        {.key = "detectors",
         .schema = detector_engines_codec().schema({}),
         .help = "Engines for models, by your own names",
         .default_text = {}},
        {.key = "detector_fallback",
         .schema = detector_fallback_codec().schema({}),
         .help = "Names from `detectors`; when one fails the next is used",
         .default_text = {}},
    };
    config::Schema root = config::vocabulary(sections, of_camera);
    use_server_sections(root);
    return root;
}

} // namespace vedette::app
