#pragma once

#include <filesystem>

#include "vedette/media/demo.h"

namespace vedette::media::demo {

/// Writes what load_demo_truth() reads. \return permission_denied, resource_exhausted, unavailable
Status write_truth(const DemoTruth& truth, const std::filesystem::path& path);

/// Writes all of `text`, replacing the file. \return as above, with the path
Status write_text(const std::string& text, const std::filesystem::path& path);

} // namespace vedette::media::demo
