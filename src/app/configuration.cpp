#include "app/configuration.h"

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
    const std::vector<Property> of_camera{
        {.key = "type",
         .schema = pipeline::camera_type_codec().schema({}),
         .help = "lpr: plates are looked for in the whole picture and followed themselves",
         .default_text = "general"}};
    const std::vector<Property> sections{
        section("detect", pipeline::detect_option_set().schema()),
        section("motion", pipeline::motion_option_set().schema()),
        section("objects", pipeline::object_option_set().schema()),
        section("lpr", pipeline::lpr_option_set().schema()),
        section("snapshots", pipeline::snapshot_option_set().schema()),
        section("logger", observability::log_options().schema()),
    };
    return config::vocabulary(sections, of_camera);
}

} // namespace vedette::app
