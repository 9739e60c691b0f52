#pragma once

#include <filesystem>

#include "vedette/config/option_set.h"

namespace vedette::app {

/// `telemetry:` — how the program is doing.
struct TelemetryOptions {
    struct Metrics {
        bool enabled = true;        ///< nothing is counted without
        std::filesystem::path file; ///< written when a job ends; empty: not
    } metrics;
};

[[nodiscard]] config::OptionSet<TelemetryOptions> telemetry_option_set();

} // namespace vedette::app
