#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "vedette/base/secret.h"
#include "vedette/config/node.h"
#include "vedette/config/option_set.h"
#include "vedette/config/problems.h"
#include "vedette/config/schema.h"

namespace vedette::app {

/// One entry of `cameras.NAME.inputs`.
struct CameraInput {
    Secret<std::string> path;                 ///< URL, file or device; may hold a password
    std::vector<std::string> roles{"detect"}; ///< detect, record, audio
    bool loop = true;                         ///< files: again at their end
};

/// How a camera of the configuration is reached: `cameras.NAME.inputs`, `hwaccel`, `stall_timeout`.
struct CameraStream {
    std::vector<CameraInput> inputs;
    std::string hwaccel = "auto";                    ///< as media::DecoderOptions
    std::chrono::milliseconds stall_timeout{20'000}; ///< silence that counts as away

    /// The first input with the role `detect`, else null.
    [[nodiscard]] const CameraInput* to_analyse() const;
};

/// What stands below `camera`, over the defaults.
[[nodiscard]] CameraStream read_camera_stream(const config::Node& camera,
                                              config::Problems& problems);

/// The declarations of those keys, for the schema of a camera.
[[nodiscard]] std::vector<config::Property> camera_stream_properties();

} // namespace vedette::app
