#include <CLI/CLI.hpp>
#include <iomanip>

#include "app/command.h"
#include "app/data/kept_recordings.h"
#include "app/output/amounts.h"
#include "app/output/tier_lines.h"
#include "app/server/recording_options.h"
#include "vedette/api/recording_json.h"

namespace vedette::app {
namespace {

void print_lines(const recording::RecordingForecast& forecast,
                 const std::vector<recording::TierStatus>& tiers, std::ostream& out) {
    out << "camera             a day  of events\n";
    for (const recording::CameraForecast& one : forecast.cameras)
        out << std::left << std::setw(16) << one.camera.value() << std::right << std::setw(9)
            << amount_of(one.bytes_per_day) << std::setw(11) << amount_of(one.event_bytes_per_day)
            << '\n';
    out << std::fixed << std::setprecision(1);
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const recording::TierForecast& one = forecast.tiers[i];
        if (begin_tier_line(tiers[i], out))
            out << "room for " << amount_of(one.room_bytes) << "; " << amount_of(one.bytes_per_day)
                << " come a day: " << one.days << " days fit\n";
    }
    out << "If everything were kept, " << forecast.days << " days would fit.\n";
}

/// `recordings forecast`: how long the room lasts.
class RecordingsForecastCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Say how much each camera records in a day, and how many days fit";
    }
    void declare(CLI::App& options) override {
        declare_data_folder(options, folder_.root);
        options.add_option("--config", config_,
                           "The server's configuration: tiers, their limits and their ages");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("By what came in over the last day. Works beside a running server.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto settings, settings_of_recordings(config_));
        VEDETTE_TRY(const auto kept, open_kept_recordings(folder_, settings.place,
                                                          environment.clock, environment.log));
        const auto tiers = kept.tiers();
        VEDETTE_TRY(const auto forecast,
                    recording::forecast(*kept.index, rooms_of(settings.tiers, tiers)));
        if (json_)
            environment.out << api::forecast_json(forecast, tiers) << '\n';
        else
            print_lines(forecast, tiers, environment.out);
        return ExitCode::ok;
    }

private:
    DataFolder folder_;
    std::filesystem::path config_;
    bool json_ = false;
};

} // namespace

Status register_recordings_forecast(CommandRegistry& registry);
Status register_recordings_forecast(CommandRegistry& registry) {
    return registry.add("recordings forecast", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<RecordingsForecastCommand>();
    });
}

} // namespace vedette::app
