#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>

#include "app/command.h"
#include "app/commands/eval_following/report.h"

namespace vedette::app {
namespace {

/// `eval following DIR`: how well followers are told from innocents where the truth is known.
class EvalFollowingCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Score following (ranks, false alarms, calibration) on data with truth";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("DIR", folder_,
                        "Data set, or folder of data sets: sightings.jsonl or .csv, truth.json, "
                        "cameras.csv")
            ->required();
        options.add_option("--plots", plots_, "Write SVG plots into this folder");
        options.add_option("--utc-offset", utc_offset_,
                           "Minutes that local time is ahead of UTC, for habits by hour and day");
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto folders, analysis::find_following_data(folder_));
        analysis::FollowingEvalOptions options;
        options.following.utc_offset = std::chrono::minutes{utc_offset_};
        options.seconds = [&environment] {
            return std::chrono::duration<double>(environment.clock.steady_now().time_since_epoch())
                .count();
        };
        std::vector<analysis::FollowingEvalResult> results;
        for (const auto& folder : folders) {
            VEDETTE_TRY(auto result, analysis::evaluate_following(folder, options));
            results.push_back(std::move(result));
            if (environment.stop.stop_requested())
                return Error{ErrorCode::cancelled, "stopped"};
        }
        json_ ? write_json(results, environment.out) : write_table(results, environment.out);
        if (!plots_.empty())
            VEDETTE_CHECK_OK(write_plots(results, plots_));
        return ExitCode::ok;
    }

private:
    std::filesystem::path folder_;
    std::filesystem::path plots_;
    int utc_offset_ = 0;
    bool json_ = false;
};

} // namespace

Status register_eval_following(CommandRegistry& registry);
Status register_eval_following(CommandRegistry& registry) {
    return registry.add("eval following", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalFollowingCommand>();
    });
}

} // namespace vedette::app
