#pragma once

#include <memory>

#include "v4l2/device.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// The pictures of a video device of Linux, as SourceOptions::device wants them.
/// \return invalid_argument for a format, size, rate or control that it has not, saying which there
///   are; unavailable if somebody else uses it
Result<std::unique_ptr<Source>> open_v4l2_source(std::unique_ptr<V4l2Device> device,
                                                 const std::string& path,
                                                 const SourceOptions& options, const Clock& clock);

} // namespace vedette::media
