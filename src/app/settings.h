#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/analysis_job.h"
#include "app/environment.h"
#include "app/model_set.h"
#include "app/telemetry_options.h"
#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/observability/log_options.h"

namespace CLI {
class App;
}

namespace vedette::app {

/// What commands that analyse pictures need to know, from the defaults, the configuration file and
/// the command line.
struct Settings {
    ModelSetOptions models;
    AnalysisJobOptions job;
    observability::LogOptions log; ///< warnings on stderr unless the configuration says otherwise
    TelemetryOptions telemetry;
    /// The stream of --camera that is to be analysed, if it names one in the configuration.
    std::optional<Secret<std::string>> camera_input;
};

/// The options that those commands share: --config, --camera, --models, --model.
class SettingsArguments {
public:
    void declare(CLI::App& options);
    /// \return errors of the configuration file, each with its line; invalid_argument for an
    /// unknown camera.
    [[nodiscard]] Result<Settings> load(const Environment& environment) const;
    /// The configuration file; empty if none was given.
    [[nodiscard]] const std::filesystem::path& config() const noexcept { return config_; }

private:
    std::filesystem::path config_;
    std::string camera_;
    std::filesystem::path models_;
    std::vector<std::string> model_; ///< "object=yolox-nano"
};

} // namespace vedette::app
