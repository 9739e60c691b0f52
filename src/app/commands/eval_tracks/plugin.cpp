#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "app/command.h"
#include "app/commands/eval_tracks/report.h"
#include "vedette/vision/eval/track_eval.h"

namespace vedette::app {
namespace {

/// `eval tracks DIR`: how well the tracker follows what detectors found.
class EvalTracksCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Score tracking (MOTA, IDF1, switches) on labelled sequences";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("DIR", folder_,
                        "Folder of MOTChallenge sequences (gt/gt.txt, seqinfo.ini, det/det.txt), "
                        "KITTI's gt/ and "
                        "det_Car/, or a tracker's results (gt.txt, test.txt)")
            ->required();
        options
            .add_option("--fps", evaluation_.fps,
                        "Look at so many pictures per second only (default: all)")
            ->check(CLI::PositiveNumber);
        options.add_option("--seed", evaluation_.noise_seed,
                           "For the noise where detections are made from the ground truth");
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto results,
                    vision::evaluate_tracks(folder_, evaluation_, environment.clock));
        json_ ? write_json(results, environment.out) : write_table(results, environment.out);
        return ExitCode::ok;
    }

private:
    std::filesystem::path folder_;
    vision::TrackEvalOptions evaluation_;
    bool json_ = false;
};

} // namespace

Status register_eval_tracks(CommandRegistry& registry);
Status register_eval_tracks(CommandRegistry& registry) {
    return registry.add("eval tracks", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalTracksCommand>();
    });
}

} // namespace vedette::app
