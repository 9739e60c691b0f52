#include <CLI/CLI.hpp>
#include <sys/resource.h>

#include "app/analysis_job.h"
#include "app/command.h"
#include "app/commands/eval_gate/report.h"
#include "app/settings.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/observability/make_log.h"

namespace vedette::app {
namespace {

std::chrono::duration<double> processor_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return std::chrono::duration<double>{static_cast<double>(time.tv_sec) +
                                             1e-6 * static_cast<double>(time.tv_usec)};
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Sightings final : public pipeline::EventSink {
public:
    Status take(domain::Event event, const pipeline::EventPictures&) override {
        if (domain::is_published(event.verdict))
            events.push_back(std::move(event));
        return {};
    }
    std::vector<domain::Event> events;
};

/// `eval gate CLIP…`: what the gates save, and what they cost.
class EvalGateCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Compare what is found and what it costs with each detect.gate";
    }
    void declare(CLI::App& options) override {
        options.add_option("CLIP", clips_, "Videos; demo://street?seed=7")->required();
        options
            .add_option("--gates", gates_,
                        "Gates to try; the first is the one that the others are compared with")
            ->delimiter(',')
            ->check(CLI::IsMember({"off", "motion", "packet"}))
            ->capture_default_str();
        options.add_flag("--json", json_, "Print JSON for programs");
        settings_.declare(options);
    }

    [[nodiscard]] Result<ExitCode> run(Environment& base) override {
        VEDETTE_TRY(const Settings settings, settings_.load(base));
        VEDETTE_TRY(const auto log, observability::make_log(settings.log, base.clock));
        const media::FfmpegLogGuard libav_log{*log};
        const Environment environment = base.with(*log, base.metrics);
        VEDETTE_TRY(auto models, load_model_set(settings.models, environment));
        VEDETTE_TRY(const auto grammars, grammars_for(models));
        std::vector<GateClip> results;
        for (const std::string& clip : clips_) {
            GateClip result{.name = camera_name_for(media::without_credentials(clip))};
            for (const std::string& gate : gates_)
                VEDETTE_CHECK_OK(
                    add_run(result, clip, gate, settings, models, grammars, environment));
            results.push_back(std::move(result));
        }
        json_ ? write_json(results, environment.out) : write_table(results, environment.out);
        return ExitCode::ok;
    }

private:
    static pipeline::GateMode mode_of(const std::string& gate) {
        for (const auto mode : {pipeline::GateMode::off, pipeline::GateMode::packet})
            if (to_string(mode) == gate)
                return mode;
        return pipeline::GateMode::motion;
    }

    static Status add_run(GateClip& result, const std::string& clip, const std::string& gate,
                          const Settings& settings, ModelSet& models,
                          const vision::PlateGrammars& grammars, const Environment& environment) {
        AnalysisJobOptions job = settings.job;
        job.camera.detect.gate = mode_of(gate);
        Sightings sightings;
        const auto before = processor_time();
        VEDETTE_TRY(const auto report,
                    run_analysis_job(clip, job, models, grammars, sightings, environment));
        const auto took = processor_time() - before;
        VEDETTE_CHECK_OK(report.run.ended);
        result.length = std::max<std::chrono::duration<double>>(
            result.length, report.run.progress.duration.value_or(report.run.progress.position));
        result.runs.push_back({.gate = gate,
                               .processor = took,
                               .pictures = report.run.progress.frames,
                               .looks = report.run.progress.looked,
                               .report = report.run.gate,
                               .sightings = std::move(sightings.events)});
        return {};
    }

    std::vector<std::string> clips_;
    std::vector<std::string> gates_{"off", "motion", "packet"};
    SettingsArguments settings_;
    bool json_ = false;
};

} // namespace

Status register_eval_gate(CommandRegistry& registry);
Status register_eval_gate(CommandRegistry& registry) {
    return registry.add("eval gate", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalGateCommand>();
    });
}

} // namespace vedette::app
