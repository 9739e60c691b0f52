#include "app/configuration.h"

#include "app/camera_stream.h"
#include "app/engine_options.h"
#include "app/limit_options.h"
#include "app/telemetry_options.h"
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
}

/// `server.listen` is read, the rest of the section waits for a later version.
void use_listen(config::Schema& root) {
    Property& server = *root.find("server");
    server.use = Property::Use::optional;
    for (Property& property : server.schema.properties)
        if (property.key != "listen")
            property.use = Property::Use::later;
}

} // namespace

config::Schema configuration_schema() {
    std::vector<Property> of_camera = camera_stream_properties();
    of_camera.push_back(
        {.key = "type",
         .schema = pipeline::camera_type_codec().schema({}),
         .help = "lpr: plates are looked for in the whole picture and followed themselves",
         .default_text = "general"});
    add_server_keys(of_camera);
    const std::vector<Property> sections{
        section("detect", pipeline::detect_option_set().schema()),
        section("motion", pipeline::motion_option_set().schema()),
        section("objects", pipeline::object_option_set().schema()),
        section("lpr", pipeline::lpr_option_set().schema()),
        section("snapshots", pipeline::snapshot_option_set().schema()),
        section("logger", observability::log_options().schema()),
        section("models", model_choices_option_set().schema()),
        section("infer", infer_option_set().schema()),
        section("limits", limit_option_set().schema()),
        section("telemetry", telemetry_option_set().schema()),
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
    use_listen(root);
    return root;
}

} // namespace vedette::app
