#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/commands/simulate_traffic/reading_arguments.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/sumo_import.h"
#include "vedette/analysis/traffic_dataset.h"

namespace vedette::app {
namespace {

/// `simulate import-sumo`: traffic of the simulator SUMO as reads of cameras.
class ImportSumoCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Make synthetic reads of traffic that SUMO simulated";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("FILE", sumo_.inputs,
                        "SUMO's output: --fcd-output, an instantInductionLoop's file, or "
                        "--vehroute-output with exit times")
            ->required();
        options
            .add_option("--cameras", sumo_.cameras,
                        "CSV: camera,edge,position_m,edge_length_m,lat,lon[,bearing]")
            ->required();
        options.add_option("--plan", sumo_.plan,
                           "JSON of which vehicles follow which, by SUMO's names");
        options.add_option("--out", folder_, "Folder for the files")->required();
        options.add_option("--seed", sumo_.seed, "Of plates and of what cameras miss and misread")
            ->capture_default_str();
        options
            .add_option("--trip-mark", mark_,
                        "What stands between a vehicle and the number of its trip in SUMO's "
                        "names")
            ->capture_default_str();
        options.add_option("--start", start_, "Day of SUMO's second 0 (default: 2026-03-02)");
        options.add_flag("--replace", replace_, "Replace what is in the folder");
        options.add_flag("--json", json_, "Print the counts as JSON for programs");
        reading_.declare(options);
        options.footer("tools/sumo/make_dataset.py makes network, demand and followers, runs SUMO, "
                       "and calls this.");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(sumo_.reading, reading_.load());
        if (mark_.size() != 1)
            return Error{ErrorCode::invalid_argument, "--trip-mark must be one character"};
        sumo_.trip_mark = mark_[0];
        if (!start_.empty()) {
            const auto start = analysis::parse_pass_time(start_ + "T00:00:00Z");
            if (!start)
                return Error{ErrorCode::invalid_argument,
                             "--start '" + start_ + "' must be a day such as 2026-03-02"};
            sumo_.start = std::chrono::floor<std::chrono::days>(*start);
        }
        VEDETTE_TRY(auto dataset, analysis::TrafficDataset::create(folder_, replace_));
        VEDETTE_TRY(const auto truth, analysis::import_sumo(sumo_, *dataset));
        VEDETTE_CHECK_OK(dataset->finish(
            truth,
            "Synthetic: traffic of SUMO, read by simulated cameras; no real vehicle is in it",
            sumo_.seed, options_json(truth)));
        if (json_)
            environment.out << analysis::counts_to_json(truth) << '\n';
        else
            environment.out << folder_.string() << ": " << truth.reads << " reads (synthetic) of "
                            << truth.vehicles_read << " vehicles; " << truth.misreads
                            << " misread; " << truth.subjects.size() << " subjects\n";
        return ExitCode::ok;
    }

private:
    [[nodiscard]] std::string options_json(const analysis::TrafficTruth& truth) const {
        const analysis::ReadingOptions& reading = sumo_.reading;
        return nlohmann::ordered_json{{"simulator", "SUMO"},
                                      {"cameras", truth.places.size()},
                                      {"start", analysis::format_pass_time(sumo_.start)},
                                      {"read_rate", reading.read_rate},
                                      {"misread_rate", reading.misread_rate},
                                      {"night_factor", reading.night_factor},
                                      {"rain_factor", reading.rain_factor},
                                      {"duplicate_rate", reading.duplicate_rate},
                                      {"clock_error_ms", reading.clock_error.count()},
                                      {"outage_share", reading.outage_share}}
            .dump();
    }

    analysis::SumoOptions sumo_;
    ReadingArguments reading_;
    std::filesystem::path folder_;
    std::string mark_ = "#";
    std::string start_;
    bool replace_ = false;
    bool json_ = false;
};

} // namespace

Status register_simulate_import_sumo(CommandRegistry& registry);
Status register_simulate_import_sumo(CommandRegistry& registry) {
    return registry.add("simulate import-sumo", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ImportSumoCommand>();
    });
}

} // namespace vedette::app
