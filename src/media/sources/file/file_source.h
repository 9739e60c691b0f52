#pragma once

#include <filesystem>
#include <memory>

#include "vedette/media/source.h"

namespace vedette::media {

/// Opens a video of any container, or a single picture as a stream of one frame. Other sources that
/// make files use it too. \return not_found, permission_denied; data_loss for a file that was cut
/// short; invalid_argument for an empty
///   one, for one that is neither video nor picture, and for pictures beyond options.max_pixels
Result<std::unique_ptr<Source>> open_file_source(const std::filesystem::path& path,
                                                 const SourceOptions& options, const Clock& clock,
                                                 Log& log);

} // namespace vedette::media
