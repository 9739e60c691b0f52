#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/server/server_settings.h"
#include "vedette/base/result.h"
#include "vedette/observability/prometheus_metrics.h"

namespace vedette::app {

/// `vedette run`, put together: cameras → event log → store, and the API over them.
///
/// Listens first, then loads the models, then opens the cameras, so that it answers within a
/// second. Ends in the order of the data: cameras, recorder, store feeder, API.
class Server {
public:
    /// \param environment, metrics  borrowed; must outlive the server
    /// \param reload  reads the configuration again, for `POST /config/reload`
    /// \return errors of the folders, the log, the store, the address.
    static Result<std::unique_ptr<Server>> start(const ServerSettings& settings,
                                                 const Environment& environment,
                                                 observability::PrometheusMetrics& metrics,
                                                 std::function<Result<ServerSettings>()> reload);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Loads the models and opens the cameras. \return errors of the models.
    [[nodiscard]] Status open_cameras();

    /// Reads the configuration again; cameras whose settings changed are opened anew, the others go
    /// on undisturbed. The log tells what changed, or why nothing did. Thread-safe.
    /// \return what changed, for people; invalid_argument for a configuration with mistakes,
    /// unavailable before the cameras are open; then everything goes on as it was.
    [[nodiscard]] Result<std::vector<std::string>> reload();

    /// What has to be done now and then: once a second.
    void look_after();

    /// Every camera was a recording, and all of them are over and concluded.
    [[nodiscard]] bool all_over() const;

    /// The address to open in a browser.
    [[nodiscard]] std::string url() const;

private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::app
