#pragma once

#include <cstddef>
#include <filesystem>

#include "app/commands/eval_objects/report.h"

namespace vedette::app {

struct GalleryOptions {
    std::size_t most_bytes = std::size_t{16} << 20U; ///< of the whole page
    int side_px = 640;                               ///< longer side of a picture on it, at most
};

struct GallerySummary {
    std::size_t shown = 0;    ///< pictures
    std::size_t left_out = 0; ///< with mistakes, for which there was no room
};

/// Writes one HTML page with everything in it: the pictures in which something was missed or found
/// for nothing, the worst first, with what is right, wrong and missed drawn on them. How bad a
/// picture is: the sum of the scores of what is wrong, and of how far each missed one is from a
/// score of 1. The page asks nothing of any other machine.
/// \return the file's errors.
[[nodiscard]] Result<GallerySummary> write_gallery(const ObjectReport& report,
                                                   const std::filesystem::path& page,
                                                   const GalleryOptions& options = {});

} // namespace vedette::app
