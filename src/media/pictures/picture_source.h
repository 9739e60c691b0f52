#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vedette/media/source.h"

namespace vedette::media {

/// Picture files as a stream, one every 40 ms, in the given order; sizes and kinds may differ.
/// Files that can't be read as pictures are skipped and counted, unless it is the only one. \return
/// as load_picture() for a single file; invalid_argument if none of several can be read
Result<std::unique_ptr<Source>> open_picture_source(std::vector<std::filesystem::path> files,
                                                    std::string name, WallTime started_at,
                                                    const SourceOptions& options, Log& log);

/// Whether `a` comes before `b` as people count: picture2 before picture10.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b) noexcept;

} // namespace vedette::media
