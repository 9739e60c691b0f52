#include <CLI/CLI.hpp>
#include <cstdlib>
#include <optional>
#include <unistd.h>

#include "app/analysis_job.h"
#include "app/command.h"
#include "app/output/event_outputs.h"
#include "app/server/server.h"
#include "app/settings.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/observability/make_log.h"

namespace vedette::app {
namespace {

/// Somebody looks on and can end it.
bool is_watched(const Environment& environment) {
    const char* ci = std::getenv("CI");
    return environment.out_is_terminal && isatty(STDIN_FILENO) == 1 &&
           (ci == nullptr || *ci == '\0');
}

/// `demo`: the main job on the street that the program renders itself: first as a film with what
/// was seen drawn on it, then as a live camera of a server.
class DemoCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "See the main job and the server at work on a street made for it";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("-o,--out", folder_, "Folder for the film, the snapshots and the events")
            ->capture_default_str();
        options.add_option("--seed", seed_, "Another number, another street")
            ->capture_default_str();
        options.add_option("--seconds", length_, "Length of the scene (default: 40)")
            ->check(CLI::Range(1, 3600));
        options
            .add_option("--for", seconds_,
                        "End after so many seconds of watching (default: Ctrl-C; the end of the "
                        "scene where nobody can press it)")
            ->check(CLI::Range(0, 86'400));
        options.add_option("--listen", listen_,
                           "Address and port (default: 127.0.0.1:8080, or a free port)");
        settings_.declare(options);
    }

    [[nodiscard]] Result<ExitCode> run(Environment& base) override {
        VEDETTE_TRY(const Settings settings, settings_.load(base));
        VEDETTE_TRY(const auto log, observability::make_log(settings.log, base.clock));
        const media::FfmpegLogGuard libav_log{*log};
        observability::PrometheusMetrics metrics;
        const Environment environment = base.with(*log, metrics);
        VEDETTE_CHECK_OK(film(settings, environment));
        VEDETTE_CHECK_OK(watch(settings, environment, metrics));
        environment.out << "\nLook at what it left in " << folder_.string() << "/:\n"
                        << "  street.mp4    the street with what was seen drawn on it\n"
                        << "  snapshots/    a picture of each sighting, and of each plate\n"
                        << "  events.jsonl  the same as JSON, one line each\n"
                        << "  server/       what the server keeps: event log, store, snapshots\n";
        return ExitCode::ok;
    }

private:
    [[nodiscard]] std::string street() const {
        const std::string street = "demo://street?seed=" + std::to_string(seed_);
        return length_ ? street + "&seconds=" + std::to_string(*length_) : street;
    }

    /// As fast as the machine can.
    [[nodiscard]] Status film(const Settings& settings, const Environment& environment) const {
        VEDETTE_TRY(auto models, load_model_set(settings.models, environment));
        VEDETTE_TRY(const auto grammars, grammars_for(models));
        VEDETTE_TRY(auto outputs,
                    EventOutputs::open({.json_lines = (folder_ / "events.jsonl").string(),
                                        .snapshots = folder_ / "snapshots",
                                        .for_people = false,
                                        .jpeg_quality = settings.job.camera.snapshots.quality},
                                       environment.out));
        AnalysisJobOptions job = settings.job;
        job.annotate = folder_ / "street.mp4";
        introduce(models, environment);
        VEDETTE_TRY(const auto report,
                    run_analysis_job(street(), job, models, grammars, outputs, environment));
        VEDETTE_CHECK_OK(outputs.finish());
        if (report.run.ended)
            environment.out << report.funnel.published() << " sightings; the film is "
                            << (folder_ / "street.mp4").string() << ".\n";
        return report.run.ended;
    }

    /// The same street as a live camera, at its own speed.
    [[nodiscard]] Status watch(const Settings& settings, const Environment& environment,
                               observability::PrometheusMetrics& metrics) const {
        ServerSettings how;
        how.analysis = settings;
        how.data = folder_ / "server";
        how.cameras = {camera(settings, !is_watched(environment))};
        VEDETTE_TRY(const auto server, start(how, environment, metrics));
        environment.out << "\nNow the same as a server: open " << server->url()
                        << (how.cameras.front().once || seconds_ ? " while it runs.\n"
                                                                 : "; Ctrl-C ends it.\n")
                        << std::endl;
        VEDETTE_CHECK_OK(server->open_cameras());
        const SteadyTime began = environment.clock.steady_now();
        while (!environment.stop.stop_requested() && !server->all_over()) {
            if (seconds_ &&
                environment.clock.steady_now() - began >= std::chrono::seconds{*seconds_})
                break;
            std::ignore = environment.reloads.wait(std::chrono::seconds{1}, environment.stop);
            server->look_after();
        }
        return {};
    }

    [[nodiscard]] pipeline::LiveCameraOptions camera(const Settings& settings, bool once) const {
        pipeline::LiveCameraOptions camera;
        camera.camera = settings.job.camera;
        camera.camera.name = camera_name_for(street());
        camera.location = street();
        camera.source = settings.job.source;
        camera.source.loop = !once;
        camera.once = once;
        return camera;
    }

    /// On the usual port if it is free and none was asked for.
    [[nodiscard]] Result<std::unique_ptr<Server>>
    start(ServerSettings& how, const Environment& environment,
          observability::PrometheusMetrics& metrics) const {
        const auto unchanged = [how]() -> Result<ServerSettings> { return how; };
        if (!listen_.empty())
            VEDETTE_CHECK_OK(read_listen(listen_, how.api));
        auto server = Server::start(how, environment, metrics, unchanged);
        if (server || !listen_.empty())
            return server;
        how.api.port = 0;
        return Server::start(how, environment, metrics, unchanged);
    }

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
    std::optional<int> length_;
    std::optional<int> seconds_; ///< of watching
    std::string listen_;
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
