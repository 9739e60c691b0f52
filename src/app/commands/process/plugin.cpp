#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>

#include "app/analysis_job.h"
#include "app/command.h"
#include "app/output/event_outputs.h"
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
        options.add_option("INPUT", inputs_,
                           "Video, picture or folder; rtsp://…; demo://street?seed=7. Without one "
                           "the --camera of the configuration. Several are done one by one");
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
        options.footer("Examples:\n"
                       "  vedette process gate.mp4 --snapshots shots --annotate seen.mp4\n"
                       "  vedette process rtsp://user:password@10.0.0.10/main --out -\n"
                       "  vedette process --config vedette.yaml --camera gate --out events.jsonl");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& base) override {
        if (inputs_.size() > 1 && !annotate_.empty())
            return Error{ErrorCode::invalid_argument,
                         "--annotate writes one video: give one INPUT at a time"};
        VEDETTE_TRY(const Settings settings, settings_.load(base));
        if (inputs_.empty() && !settings.camera_input)
            return Error{ErrorCode::invalid_argument,
                         "name an INPUT, or by --config and --camera a camera that has an input "
                         "to detect on"};
        if (inputs_.empty())
            inputs_.push_back(settings.camera_input->reveal());
        VEDETTE_TRY(const auto log, observability::make_log(settings.log, base.clock));
        const media::FfmpegLogGuard libav_log{*log};
        return run_and_count(settings, base.with(*log, base.metrics));
    }

private:
    /// Everything, with what was counted written at the end; also when it failed.
    Result<ExitCode> run_and_count(const Settings& settings, const Environment& environment) {
        const auto& telemetry = settings.telemetry.metrics;
        const std::filesystem::path file = metrics_.empty() ? telemetry.file : metrics_;
        if (file.empty() || (metrics_.empty() && !telemetry.enabled))
            return process_all(settings, environment);
        VEDETTE_CHECK_OK(check_writable(file)); // told now, not after hours
        observability::PrometheusMetrics metrics;
        auto code = process_all(settings, environment.with(environment.log, metrics));
        const Status written = write_text(file, metrics.expose());
        if (code)
            VEDETTE_CHECK_OK(written);
        return code;
    }

    Result<ExitCode> process_all(const Settings& settings, const Environment& environment) {
        VEDETTE_TRY(auto models, load_model_set(settings.models, environment));
        VEDETTE_TRY(const auto grammars, grammars_for(models));
        output_.for_people = !quiet_;
        output_.jpeg_quality = settings.job.camera.snapshots.quality;
        VEDETTE_TRY(auto outputs, EventOutputs::open(output_, environment.out));
        AnalysisJobOptions job = settings.job;
        job.annotate = annotate_;
        say_what_is_missing(settings.models, models, environment);
        ExitCode code = ExitCode::ok;
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const std::string& input = inputs_[i];
            auto report = run_analysis_job(input, job, models, grammars, outputs, environment);
            if (!report)
                environment.err << "vedette: " << report.error().message() << '\n';
            else
                tell(input, *report, environment);
            if (!report || !report->run.ended)
                code = ExitCode::failed;
            if (environment.stop.stop_requested())
                break;
            if (const auto left = inputs_.size() - i - 1; outputs.broken() && left > 0) {
                environment.err << "vedette: nothing more can be written; " << left
                                << " INPUT more not analysed\n";
                break;
            }
        }
        VEDETTE_CHECK_OK(outputs.finish());
        return code;
    }

    void say_what_is_missing(const ModelSetOptions& wanted, const ModelSet& models,
                             const Environment& environment) const {
        if (quiet_)
            return;
        if (models.objects.empty())
            environment.err << "vedette: no object model in the models folder: what moves is "
                               "followed, but not named (--models DIR)\n";
        if (wanted.want_plates && models.plates == nullptr)
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
