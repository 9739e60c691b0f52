#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>

#include "app/analysis_job.h"
#include "app/command.h"
#include "app/output/line_file.h"
#include "app/settings.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/observability/make_log.h"
#include "vedette/observability/prometheus_metrics.h"

namespace vedette::app {
namespace {

/// `process INPUT…`: the pipeline over files, folders, streams and the demo scene, as fast as it
/// goes.
class ProcessCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Find vehicles, people and plates in videos, pictures, streams";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("INPUT", inputs_,
                        "Video, picture or folder; rtsp://…; demo://street?seed=7")
            ->required();
        options.add_option("-o,--out", output_.json_lines,
                           "Write events as JSON Lines to this file; - for standard output");
        options.add_option("--snapshots", output_.snapshots,
                           "Write a picture of everything seen into this folder");
        options.add_option("--annotate", annotate_,
                           "Write the video with boxes and plates drawn on it");
        options.add_flag("--discarded", output_.with_discarded,
                         "Also write tracks that were not believed, with the reason");
        options.add_option("--metrics", metrics_,
                           "Write counters and timings as Prometheus text at the end");
        options.add_flag("-q,--quiet", quiet_, "No sightings and no summary for people");
        settings_.declare(options);
    }

    [[nodiscard]] Result<ExitCode> run(Environment& base) override {
        if (inputs_.size() > 1 && !annotate_.empty())
            return Error{ErrorCode::invalid_argument,
                         "--annotate writes one video: give one INPUT at a time"};
        VEDETTE_TRY(const Settings settings, settings_.load(base));
        VEDETTE_TRY(const auto log, observability::make_log(settings.log, base.clock));
        const media::FfmpegLogGuard libav_log{*log};
        observability::PrometheusMetrics metrics;
        const Environment environment = base.with(*log, metrics);
        VEDETTE_TRY(const ExitCode code, process_all(settings, environment));
        if (!metrics_.empty())
            VEDETTE_CHECK_OK(write_text(metrics_, metrics.expose()));
        return code;
    }

private:
    Result<ExitCode> process_all(const Settings& settings, const Environment& environment) {
        VEDETTE_TRY(auto models, load_model_set(settings.models, environment));
        VEDETTE_TRY(const auto grammars, vision::PlateGrammars::builtin());
        output_.for_people = !quiet_;
        output_.jpeg_quality = settings.job.camera.snapshots.quality;
        VEDETTE_TRY(auto outputs, EventOutputs::open(output_, environment.out));
        AnalysisJobOptions job = settings.job;
        job.annotate = annotate_;
        say_what_is_missing(models, environment);
        ExitCode code = ExitCode::ok;
        for (const std::string& input : inputs_) {
            auto report = run_analysis_job(input, job, models, grammars, outputs, environment);
            if (!report)
                environment.err << "vedette: " << report.error().message() << '\n';
            else
                tell(input, *report, environment);
            if (!report || !report->run.ended)
                code = ExitCode::failed;
            if (environment.stop.stop_requested())
                break;
        }
        VEDETTE_CHECK_OK(outputs.finish());
        return code;
    }

    void say_what_is_missing(const ModelSet& models, const Environment& environment) const {
        if (quiet_)
            return;
        if (models.objects.empty())
            environment.err << "vedette: no object model in the models folder: what moves is "
                               "followed, but not named (--models DIR)\n";
        if (models.plates == nullptr)
            environment.err << "vedette: no plate detector or no reader in the models folder: "
                               "plates are not read\n";
    }

    void tell(const std::string& input, const AnalysisJobReport& report,
              const Environment& environment) const {
        if (!report.run.ended)
            environment.err << "vedette: " << media::without_credentials(input) << ": "
                            << report.run.ended.error().message() << "; analysed up to "
                            << format_position(report.run.progress.position) << ", "
                            << report.funnel.published() << " sightings are kept\n";
        if (quiet_)
            return;
        const double media_s = std::chrono::duration<double>(report.run.progress.position).count();
        std::array<char, 200> text{};
        std::snprintf(text.data(), text.size(),
                      "%s: %llu sightings of %llu tracks; %llu pictures, %llu looked at, %.1f s "
                      "(%.1fx real time)\n",
                      report.camera.c_str(),
                      static_cast<unsigned long long>(report.funnel.published()),
                      static_cast<unsigned long long>(report.funnel.total()),
                      static_cast<unsigned long long>(report.run.progress.frames),
                      static_cast<unsigned long long>(report.run.progress.looked),
                      report.took.count(), media_s / std::max(1e-3, report.took.count()));
        environment.err << text.data();
    }

    std::vector<std::string> inputs_;
    EventOutputOptions output_;
    std::filesystem::path annotate_;
    std::filesystem::path metrics_;
    SettingsArguments settings_;
    bool quiet_ = false;
};

} // namespace

Status register_process(CommandRegistry& registry);
Status register_process(CommandRegistry& registry) {
    return registry.add("process", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ProcessCommand>();
    });
}

} // namespace vedette::app
