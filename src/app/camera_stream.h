#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/secret.h"
#include "vedette/config/node.h"
#include "vedette/config/option_set.h"
#include "vedette/config/problems.h"
#include "vedette/config/schema.h"
#include "vedette/media/input_monitor.h"
#include "vedette/media/source.h"

namespace vedette::app {

/// `cameras.NAME.inputs[].tls`.
struct InputTls {
    bool verify = true;
    std::filesystem::path ca_file;
    std::string server_name;
};

/// `cameras.NAME.inputs[].device`.
struct InputDevice {
    std::string format;
    std::optional<int> width;
    std::optional<int> height;
    std::optional<double> fps;
    std::map<std::string, std::string> controls;
};

/// `cameras.NAME.inputs[].fallback`.
struct InputFallback {
    Secret<std::string> path; ///< empty: none
    int after = 3;
    std::chrono::milliseconds try_again{60'000};
};

/// How one input is opened, whatever it is. Compared to notice a change.
struct InputManner {
    media::SourceOptions::Transport transport = media::SourceOptions::Transport::automatic;
    net::TlsOptions tls;
    std::chrono::milliseconds picture_interval{1'000};
    media::DeviceOptions device;

    void put_into(media::SourceOptions& options) const;
    friend bool operator==(const InputManner&, const InputManner&) = default;
};

/// One entry of `cameras.NAME.inputs`.
struct CameraInput {
    Secret<std::string> path;                 ///< URL, file or device; may hold a password
    std::vector<std::string> roles{"detect"}; ///< detect, record, audio
    bool loop = true;                         ///< files: again at their end
    media::SourceOptions::Transport transport = media::SourceOptions::Transport::automatic;
    InputTls tls;
    std::chrono::milliseconds picture_interval{1'000};
    InputDevice device;
    InputFallback fallback;

    [[nodiscard]] InputManner manner() const;
    [[nodiscard]] std::optional<media::FallbackOptions> stand_in() const;
};

/// How a camera of the configuration is reached: `cameras.NAME.inputs`, `hwaccel`, `stall_timeout`.
struct CameraStream {
    std::vector<CameraInput> inputs;
    std::string hwaccel = "auto";                    ///< as media::DecoderOptions
    std::chrono::milliseconds stall_timeout{20'000}; ///< silence that counts as away

    /// The first input with the role `detect`, else null.
    [[nodiscard]] const CameraInput* to_analyse() const;
    /// Its place in `inputs`; their number where there is none.
    [[nodiscard]] std::size_t which_to_analyse() const;
};

/// What stands below `camera`, over the defaults.
[[nodiscard]] CameraStream read_camera_stream(const config::Node& camera,
                                              config::Problems& problems);

/// The declarations of those keys, for the schema of a camera.
[[nodiscard]] std::vector<config::Property> camera_stream_properties();

} // namespace vedette::app
