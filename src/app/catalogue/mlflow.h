#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/net/http.h"

namespace vedette::app {

/// Which MLflow server is asked, and as whom.
struct MlflowServer {
    std::string url; ///< without a slash at its end
    std::string user;
    Secret<std::string> password;
    Secret<std::string> token; ///< sent as a bearer's, before user and password

    /// \param given       of the command line; empty: MLFLOW_TRACKING_URI
    /// \param plain_http  http is allowed also to other machines than this one
    /// Who asks is in MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD.
    /// \return invalid_argument for no address, for one that is not of HTTP, or for http elsewhere
    [[nodiscard]] static Result<MlflowServer> named(const std::string& given, bool plain_http);
};

/// Which version of a registered model is meant.
struct MlflowWish {
    std::string name;
    std::string version; ///< "3"; empty: see below
    std::string at; ///< an alias, or a stage (Staging, Production, …), or TAG=VALUE: the newest
                    ///< version that has it; empty, too: the newest of all

    /// Reads "mlflow:NAME", "mlflow:NAME/3", "mlflow:NAME@champion", "mlflow:NAME@Production",
    /// "mlflow:NAME@team=north". \return invalid_argument for anything else
    [[nodiscard]] static Result<MlflowWish> parse(std::string_view text);
};

struct MlflowVersion {
    std::string name;
    std::string version;
    std::string run; ///< in which it was made; may be empty
    std::map<std::string, std::string> tags;

    [[nodiscard]] std::string title() const { return name + "/" + version; }
};

struct MlflowFile {
    std::string name; ///< in its folder
    std::uint64_t bytes = 0;
};

/// Asks an MLflow server by its REST interface: the model registry, the runs, and the files that it
/// passes on (`mlflow server --serve-artifacts`, which is its default).
/// Source: MLflow's "REST API" page, versions 2.0 of its paths; tried with 3.17.
///
/// Thread-compatible. Every call blocks. Errors name the server without credentials: what it said
/// (not_found, already_exists, permission_denied, invalid_argument), or that it isn't there
/// (unavailable, deadline_exceeded).
class MlflowClient {
public:
    /// \param clock  borrowed
    MlflowClient(MlflowServer server, const Clock& clock, std::stop_token stop)
        : server_{std::move(server)}, clock_{clock}, stop_{std::move(stop)} {}

    // ---- reading ----

    [[nodiscard]] Result<MlflowVersion> find(const MlflowWish& wish);
    /// The newest version, of any name, with this tag; nothing if there is none.
    [[nodiscard]] Result<std::optional<MlflowVersion>> tagged(const std::string& tag,
                                                              const std::string& value);
    /// Where the files of a version are, for files() and file().
    /// \return invalid_argument if the server doesn't pass them on
    [[nodiscard]] Result<std::string> folder_of(const MlflowVersion& version);
    /// The files of a folder, not those of its sub-folders.
    /// \return data_loss for names that are none
    [[nodiscard]] Result<std::vector<MlflowFile>> files(const std::string& folder);
    /// \return data_loss if it is not as long as it was said to be
    [[nodiscard]] Result<std::string> file(const std::string& folder, const MlflowFile& file);

    // ---- writing ----

    using Tags = std::map<std::string, std::string>;
    struct Run {
        std::string id;
        std::string folder; ///< for put(): of its files
        std::string uri;    ///< the same, as the registry wants it
    };
    /// Begins a run in an experiment, which is made if it is not there.
    [[nodiscard]] Result<Run> begin_run(const std::string& experiment, const std::string& name,
                                        const Tags& tags);
    Status end_run(const Run& run);
    Status put(const std::string& folder, const std::string& name, std::string bytes);
    /// \param uri  folder of its files. The registered model is made if it is not there.
    [[nodiscard]] Result<MlflowVersion> add_version(const std::string& name, const Run& run,
                                                    const std::string& uri, const Tags& tags);
    Status log(const std::string& run, const std::map<std::string, double>& metrics,
               const Tags& tags);
    Status tag(const MlflowVersion& version, const std::string& key, const std::string& value);

private:
    using Json = nlohmann::json;
    [[nodiscard]] Result<net::HttpAnswer> ask(const std::string& path,
                                              std::optional<std::string> body,
                                              const std::string& method, std::size_t max_bytes);
    [[nodiscard]] Result<Json> get(const std::string& path);
    [[nodiscard]] Result<Json> post(const std::string& path, const Json& body);
    [[nodiscard]] Result<MlflowVersion> newest(const std::string& name, const std::string& filter,
                                               const std::string& what);
    [[nodiscard]] Result<std::string> experiment(const std::string& name);

    const MlflowServer server_;
    const Clock& clock_;
    const std::stop_token stop_;
    net::HttpClient client_;
};

} // namespace vedette::app
