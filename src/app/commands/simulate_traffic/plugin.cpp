#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>

#include "app/command.h"
#include "app/commands/simulate_traffic/reading_arguments.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/traffic.h"
#include "vedette/analysis/traffic_dataset.h"

namespace vedette::app {
namespace {

/// `simulate traffic`: a seeded town with planted followers, as reads of its cameras.
class SimulateTrafficCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Make synthetic reads of a town with vehicles that follow others";
    }
    void declare(CLI::App& options) override {
        options.add_option("--out", folder_, "Folder for the files")->required();
        options.add_option("--seed", traffic_.seed, "The same seed gives the same bytes")
            ->capture_default_str();
        options.add_option("--days", traffic_.days, "How long, from a Monday")
            ->capture_default_str();
        options.add_option("--vehicles", traffic_.vehicles, "Of all uses together")
            ->capture_default_str();
        options.add_option("--cameras", traffic_.cameras, "At roads, each for one direction")
            ->capture_default_str();
        options.add_option("--subjects", traffic_.subjects, "Vehicles that are followed")
            ->capture_default_str();
        options.add_option("--followers", traffic_.followers, "Of each subject")
            ->capture_default_str();
        options
            .add_option("--trips", traffic_.trips, "How many trips followers join, in turns: 5,3,2")
            ->delimiter(',');
        options.add_option("--start", start_, "First day (default: 2026-03-02, a Monday)");
        options.add_flag("--mobile", traffic_.mobile,
                         "Cameras on the subjects' cars instead of at roads");
        options.add_flag("--replace", replace_, "Replace what is in the folder");
        options.add_flag("--json", json_, "Print the counts as JSON for programs");
        reading_.declare(options);
        options.footer("Example:\n"
                       "  vedette simulate traffic --seed 1 --days 10 --vehicles 25000 "
                       "--cameras 150 --subjects 12 --out town");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(traffic_.reading, reading_.load());
        if (!start_.empty()) {
            const auto start = analysis::parse_pass_time(start_ + "T00:00:00Z");
            if (!start)
                return Error{ErrorCode::invalid_argument,
                             "--start '" + start_ + "' must be a day such as 2026-03-02"};
            traffic_.start = std::chrono::floor<std::chrono::days>(*start);
        }
        VEDETTE_TRY(auto dataset, analysis::TrafficDataset::create(folder_, replace_));
        VEDETTE_TRY(const auto truth, analysis::simulate_traffic(traffic_, *dataset));
        VEDETTE_CHECK_OK(dataset->finish(
            truth, "Synthetic: made by `vedette simulate traffic`; no real vehicle is in it",
            traffic_.seed, analysis::options_to_json(traffic_)));
        if (json_)
            environment.out << analysis::counts_to_json(truth) << '\n';
        else
            tell(truth, environment.out);
        return ExitCode::ok;
    }

private:
    void tell(const analysis::TrafficTruth& truth, std::ostream& out) const {
        std::size_t followers = 0;
        for (const auto& subject : truth.subjects)
            followers += subject.followers.size();
        out << folder_.string() << ": " << truth.reads << " reads (synthetic) of "
            << truth.vehicles_read << " vehicles on " << truth.trips << " trips; " << truth.misreads
            << " misread; " << truth.subjects.size() << " subjects, " << followers
            << " followers\n";
    }

    analysis::TrafficOptions traffic_;
    ReadingArguments reading_;
    std::filesystem::path folder_;
    std::string start_;
    bool replace_ = false;
    bool json_ = false;
};

} // namespace

Status register_simulate_traffic(CommandRegistry& registry);
Status register_simulate_traffic(CommandRegistry& registry) {
    return registry.add("simulate traffic", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<SimulateTrafficCommand>();
    });
}

} // namespace vedette::app
