#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/data/masks.h"
#include "app/following_options.h"
#include "app/server/recording_options.h"
#include "app/server/retention.h"
#include "app/settings.h"
#include "vedette/analysis/watchlist.h"
#include "vedette/api/server.h"
#include "vedette/pipeline/live_node.h"

namespace vedette::app {

/// What `vedette run` needs to know beside what every analysing command does.
struct ServerSettings {
    Settings analysis;
    std::filesystem::path data;   ///< folder of the event log, the store and the snapshots
    std::string site = "default"; ///< of the node, and of cameras that no site names
    api::ApiOptions api;
    std::vector<pipeline::LiveCameraOptions> cameras;
    /// Parts of the configuration that only count at the start -> all that is written there.
    std::map<std::string, std::string> fixed;
    RetentionOptions retention;
    RecordingSettings recordings;
    PrivacyMasks masks; ///< of all cameras of the configuration, also of those without any
    std::vector<std::string> advice; ///< what may not do what one thinks, with file and line
    std::vector<analysis::WatchList> watch_lists;
    std::string watch_lists_written; ///< all that is written there, to notice a change
    FollowingSettings following;
    std::string following_written; ///< all that counts for it; empty: it is off
};

/// The options of `vedette run`: those of every analysing command, --data and --listen, and cameras
/// given as INPUTs.
class ServerArguments {
public:
    void declare(CLI::App& options);
    /// Reads the configuration (again).
    /// \return its errors, each with its line; invalid_argument for what stands on the command
    /// line, for two cameras of one name, and for more cameras than `limits.max_cameras` allows
    [[nodiscard]] Result<ServerSettings> load(const Environment& environment) const;

private:
    SettingsArguments analysis_;
    std::filesystem::path data_;
    std::string listen_;
    std::vector<std::string> inputs_;
    bool once_ = false;
};

/// "127.0.0.1:8080" or "[::1]:8080" into `api`. \return invalid_argument.
[[nodiscard]] Status read_listen(const std::string& text, api::ApiOptions& api);

} // namespace vedette::app
