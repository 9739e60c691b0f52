#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "app/analysis_job.h"
#include "app/command.h"
#include "app/commands/eval_tamper/report.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/frame_reader.h"

namespace vedette::app {
namespace {

/// A clip is played forward and backward, so longer ones tell nothing more.
constexpr std::size_t kMostPictures = 300;
constexpr int kMostWidth_px = 1280;

/// `eval tamper CLIP…`: what tamper detection finds, misses and makes up.
class EvalTamperCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Tamper with clips of cameras at rest and count what is found and what is made up";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("CLIP", clips_,
                        "Videos of cameras at rest; demo://street?seed=7&seconds=40")
            ->required();
        options
            .add_option("--step", step_s_,
                        "Seconds of a clip from one picture to the next; each is shown for one "
                        "second")
            ->check(CLI::Range(0.02, 60.0))
            ->capture_default_str();
        options.add_option("--trial", only_, "Only trials whose name contains this");
        options.add_option("--sensitivity", options_.sensitivity, "As tamper.sensitivity")
            ->check(CLI::Range(0.0, 1.0))
            ->capture_default_str();
        options
            .add_option("--hours", hours_,
                        "Only what nothing may be told of, and so long of what can go on")
            ->check(CLI::Range(0.0, 48.0));
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const std::vector<vision::TamperTrial> wanted = trials();
        if (wanted.empty())
            return Error{ErrorCode::invalid_argument,
                         "no trial" + std::string{hours_ > 0 ? " that can go on for hours" : ""} +
                             " has '" + only_ + "' in its name; without --trial all are listed"};
        const media::FfmpegLogGuard libav_log{environment.log};
        std::vector<TamperClip> results;
        for (const std::string& clip : clips_) {
            VEDETTE_TRY(const auto pictures, pictures_of(clip, environment));
            TamperClip result{.name = camera_name_for(media::without_credentials(clip)),
                              .pictures = pictures.size()};
            for (const vision::TamperTrial& trial : wanted) {
                if (environment.stop.stop_requested())
                    return Error{ErrorCode::cancelled, "stopped"};
                result.trials.push_back(
                    {trial, vision::run_tamper_trial(trial, pictures, options_)});
            }
            results.push_back(std::move(result));
        }
        json_ ? write_json(results, environment.out) : write_table(results, environment.out);
        return ExitCode::ok;
    }

private:
    [[nodiscard]] std::vector<vision::TamperTrial> trials() const {
        std::vector<vision::TamperTrial> out;
        for (vision::TamperTrial trial : vision::tamper_trials()) {
            if (trial.name.find(only_) == std::string::npos || (hours_ > 0 && !trial.goes_on))
                continue;
            if (hours_ > 0)
                trial.lasts = std::chrono::seconds{std::llround(hours_ * 3600)};
            out.push_back(std::move(trial));
        }
        return out;
    }

    [[nodiscard]] Result<std::vector<imaging::Image>> pictures_of(const std::string& clip,
                                                                  const Environment& environment) {
        media::SourceOptions how;
        how.stop = environment.stop;
        VEDETTE_TRY(auto source, media::open_source(environment.registries.sources, clip, how,
                                                    environment.clock, environment.log));
        VEDETTE_TRY(auto reader, media::FrameReader::open(std::move(source), {}, environment.log));
        const auto step = std::chrono::duration_cast<StreamClock::duration>(
            std::chrono::duration<double>{step_s_});
        std::vector<imaging::Image> pictures;
        StreamTime due{};
        while (pictures.size() < kMostPictures) {
            VEDETTE_TRY(const auto frame, reader.next(environment.stop));
            if (!frame)
                break;
            if (!pictures.empty() && (*frame)->at < due)
                continue;
            due = (*frame)->at + step;
            pictures.push_back(grey((*frame)->view));
        }
        if (pictures.empty())
            return Error{ErrorCode::invalid_argument, "there is no picture in " + clip};
        return pictures;
    }

    static imaging::Image grey(const imaging::ImageView& view) {
        const int width = std::min(view.width_px, kMostWidth_px);
        imaging::Image out;
        imaging::resize_into(view, {}, imaging::PixelFormat::gray8, width,
                             std::max(1, view.height_px * width / view.width_px),
                             imaging::Fit::stretch, 0, out);
        return out;
    }

    std::vector<std::string> clips_;
    double step_s_ = 1;
    double hours_ = 0;
    std::string only_;
    vision::TamperOptions options_;
    bool json_ = false;
};

} // namespace

Status register_eval_tamper(CommandRegistry& registry);
Status register_eval_tamper(CommandRegistry& registry) {
    return registry.add("eval tamper", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalTamperCommand>();
    });
}

} // namespace vedette::app
