#pragma once

#include <cstdint>
#include <filesystem>

#include "vedette/base/result.h"
#include "vedette/imaging/image.h"

namespace vedette::media {

/// Decodes one picture file (JPEG, PNG, BMP, WebP, TIFF, GIF, binary PGM and PPM), upright by its
/// EXIF orientation, as bgr24. \return not_found, permission_denied; data_loss for a cut or damaged
/// file; invalid_argument for what is no picture or has more than `max_pixels` (checked before
/// anything is decoded).
Result<imaging::Image> load_picture(const std::filesystem::path& path,
                                    std::int64_t max_pixels = 100'000'000);

/// Whether the name ends like a picture that load_picture() may know.
[[nodiscard]] bool looks_like_picture(const std::filesystem::path& path);

} // namespace vedette::media
