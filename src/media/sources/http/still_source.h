#pragma once

#include <memory>

#include "vedette/media/source.h"

namespace vedette::media {

/// A camera that gives one still picture per request: asked every SourceOptions::picture_interval,
/// by HTTP with Basic or Digest. What has not changed since (ETag, Last-Modified) is given again.
/// \return as open_source(); read() gives `unavailable`, with which it may be opened again, for
///   anything but a picture
Result<std::unique_ptr<Source>> open_still_source(const std::string& location,
                                                  const SourceOptions& options, const Clock& clock);

} // namespace vedette::media
