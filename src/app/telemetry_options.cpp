#include "app/telemetry_options.h"

namespace vedette::app {

config::OptionSet<TelemetryOptions> telemetry_option_set() {
    using config::Property;
    using config::Schema;
    using Metrics = TelemetryOptions::Metrics;
    const auto metrics =
        config::OptionSet<Metrics>{"For Prometheus."}
            .field("enabled", &Metrics::enabled, "Count and time what is done")
            .field("file", &Metrics::file,
                   "Written when `vedette process` ends, for the node exporter's text folder; "
                   "empty: not. Its option --metrics goes before it")
            .later({.key = "listen",
                    .schema = {.kind = Schema::Kind::text},
                    .help = "Address and port",
                    .default_text = "127.0.0.1:9100"});
    const Schema tracing{
        .kind = Schema::Kind::object,
        .about = "For OpenTelemetry.",
        .properties = {
            {.key = "enabled", .schema = {.kind = Schema::Kind::flag}, .default_text = "false"},
            {.key = "otlp",
             .schema = {.kind = Schema::Kind::text},
             .help = "URL of the collector"}}};
    return config::OptionSet<TelemetryOptions>{"How the program is doing."}
        .section("metrics", &TelemetryOptions::metrics, "For Prometheus", metrics)
        .later({.key = "tracing", .schema = tracing, .help = "For OpenTelemetry"});
}

} // namespace vedette::app
