#include <CLI/CLI.hpp>

#include "app/analysis_job.h"
#include "app/command.h"
#include "app/settings.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/observability/make_log.h"

namespace vedette::app {
namespace {

/// `demo`: the main job on the street that the program renders itself, with everything it makes in
/// one folder.
class DemoCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "See the main job at work on a street made for it";
    }
    void declare(CLI::App& options) override {
        options.add_option("-o,--out", folder_, "Folder for the events, snapshots and video")
            ->capture_default_str();
        options.add_option("--seed", seed_, "Another number, another street")
            ->capture_default_str();
        settings_.declare(options);
    }

    [[nodiscard]] Result<ExitCode> run(Environment& base) override {
        VEDETTE_TRY(Settings settings, settings_.load(base));
        VEDETTE_TRY(const auto log, observability::make_log(settings.log, base.clock));
        const media::FfmpegLogGuard libav_log{*log};
        const Environment environment = base.with(*log, base.metrics);
        VEDETTE_TRY(auto models, load_model_set(settings.models, environment));
        VEDETTE_TRY(const auto grammars, vision::PlateGrammars::builtin());
        VEDETTE_TRY(auto outputs,
                    EventOutputs::open({.json_lines = (folder_ / "events.jsonl").string(),
                                        .snapshots = folder_ / "snapshots",
                                        .jpeg_quality = settings.job.camera.snapshots.quality},
                                       environment.out));
        settings.job.annotate = folder_ / "street.mp4";
        introduce(models, environment);
        const std::string input = "demo://street?seed=" + std::to_string(seed_);
        VEDETTE_TRY(const auto report,
                    run_analysis_job(input, settings.job, models, grammars, outputs, environment));
        VEDETTE_CHECK_OK(outputs.finish());
        if (!report.run.ended)
            return report.run.ended.error();
        environment.out << '\n'
                        << report.funnel.published() << " sightings. Look at them in "
                        << folder_.string() << "/:\n"
                        << "  street.mp4    the street with what was seen drawn on it\n"
                        << "  snapshots/    a picture of each sighting, and of each plate\n"
                        << "  events.jsonl  the same as JSON, one line each\n";
        return ExitCode::ok;
    }

private:
    static void introduce(const ModelSet& models, const Environment& environment) {
        environment.out << "Watching a street that the program rendered itself, with";
        const char* separator = " ";
        for (const auto& use : models.used) {
            environment.out << separator << use.id << " (" << use.task << ')';
            separator = ", ";
        }
        environment.out << ".\n";
        if (models.objects.empty())
            environment.out
                << "There is no object model here, so what moves is followed without a name.\n";
        environment.out << std::endl;
    }

    std::filesystem::path folder_ = "vedette-demo";
    unsigned seed_ = 7;
    SettingsArguments settings_;
};

} // namespace

Status register_demo(CommandRegistry& registry);
Status register_demo(CommandRegistry& registry) {
    return registry.add("demo", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<DemoCommand>();
    });
}

} // namespace vedette::app
