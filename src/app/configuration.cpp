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

} // namespace

config::Schema configuration_schema() {
    std::vector<Property> of_camera = camera_stream_properties();
    of_camera.push_back(
        {.key = "type",
         .schema = pipeline::camera_type_codec().schema({}),
         .help = "lpr: plates are looked for in the whole picture and followed themselves",
         .default_text = "general"});
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
    return config::vocabulary(sections, of_camera);
}

} // namespace vedette::app
