#pragma once

#include "vedette/config/option_set.h"
#include "vedette/pipeline/options.h"

namespace vedette::pipeline {

/// The declarations of this module's sections: keys, ranges, help. Defaults are those of the
/// structs.
[[nodiscard]] config::OptionSet<DetectOptions> detect_option_set();
[[nodiscard]] config::OptionSet<vision::MotionOptions> motion_option_set();
[[nodiscard]] config::OptionSet<ObjectOptions> object_option_set();
[[nodiscard]] config::OptionSet<LprOptions> lpr_option_set();
[[nodiscard]] config::OptionSet<SnapshotOptions> snapshot_option_set();
[[nodiscard]] config::OptionSet<vision::TamperOptions> tamper_option_set();
/// The word of `cameras.<name>.type`.
[[nodiscard]] config::Codec<CameraType> camera_type_codec();

/// The global sections, and over them those of `cameras.<camera>`.
/// \param camera empty: the global sections alone. \pre otherwise root["cameras"][camera] is there
[[nodiscard]] CameraOptions read_camera_options(const config::Node& root, const std::string& camera,
                                                config::Problems& problems);

} // namespace vedette::pipeline
