#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/imaging/image.h"

namespace vedette::imaging {

/// \param quality 1..100
/// \return invalid_argument for an empty picture; internal if the encoder refuses.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_jpeg(const ImageView& image, int quality);

/// Writes `path` so that it is whole or absent: temporary file in the same folder, then rename.
/// \return as encode_jpeg(); permission_denied, resource_exhausted (disk full) or unavailable with
/// the path.
Status write_jpeg(const ImageView& image, int quality, const std::filesystem::path& path);

} // namespace vedette::imaging
