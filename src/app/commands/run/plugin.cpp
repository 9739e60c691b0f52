#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>

#include "app/command.h"
#include "app/server/open_files.h"
#include "app/server/server.h"
#include "vedette/domain/event.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/observability/make_log.h"

namespace vedette::app {
namespace {

/// Every camera with every verdict, twice over: after a reload there may be other names.
std::size_t most_series(const ServerSettings& settings) {
    const auto cameras = static_cast<std::size_t>(settings.analysis.job.limits.max_cameras);
    return std::max(observability::PrometheusMetrics::kDefaultMaxSeries,
                    2 * cameras * domain::kAllVerdicts.size());
}

/// `run`: the server.
class RunCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Watch cameras day and night, keep what was seen, answer on HTTP";
    }
    void declare(CLI::App& options) override { arguments_.declare(options); }

    [[nodiscard]] Result<ExitCode> run(Environment& base) override {
        VEDETTE_TRY(const ServerSettings settings, arguments_.load(base));
        if (settings.cameras.empty())
            return Error{ErrorCode::invalid_argument,
                         "there is no camera: give one (vedette run demo://street?seed=7) or a "
                         "configuration with `cameras`"};
        base.reloads.expect();
        VEDETTE_TRY(const auto log, observability::make_log(settings.analysis.log, base.clock));
        const media::FfmpegLogGuard libav_log{*log};
        log->info("open files and connections", {{"most", allow_most_open_files()}});
        observability::PrometheusMetrics metrics{most_series(settings)};
        const Environment environment = base.with(*log, metrics);
        VEDETTE_TRY(const auto server,
                    Server::start(settings, environment, metrics,
                                  [this, environment] { return arguments_.load(environment); }));
        environment.out << "Vedette listens on " << server->url() << " and keeps what it sees in "
                        << settings.data.string() << std::endl;
        VEDETTE_CHECK_OK(server->open_cameras());
        look_after(*server, environment);
        environment.err << "vedette: stopping; a second signal ends it at once" << std::endl;
        return ExitCode::ok;
    }

private:
    /// Until a stop is asked for.
    static void look_after(Server& server, const Environment& environment) {
        while (!environment.stop.stop_requested()) {
            if (environment.reloads.wait(std::chrono::seconds{1}, environment.stop))
                (void)server.reload(); // it has told the log
            server.look_after();
        }
    }

    ServerArguments arguments_;
};

} // namespace

Status register_run(CommandRegistry& registry);
Status register_run(CommandRegistry& registry) {
    return registry.add(
        "run", []() -> Result<std::unique_ptr<Command>> { return std::make_unique<RunCommand>(); });
}

} // namespace vedette::app
