#pragma once

#include <filesystem>

#include "vedette/media/demo.h"

namespace vedette::media::demo {

/// Raise it whenever the pictures change: old clips are then no longer used.
inline constexpr int kLookVersion = 1;

/// The clip's name without an ending: "street-7-1280x720-25fps-40s-both-v1".
[[nodiscard]] std::string clip_name(const DemoOptions& options);

/// `$XDG_CACHE_HOME/vedette/demo`, `~/.cache/vedette/demo`, or a folder for temporary files.
[[nodiscard]] std::filesystem::path default_cache_dir();

} // namespace vedette::media::demo
