#pragma once

#include "vedette/imaging/image.h"
#include "vedette/imaging/image_view.h"

namespace vedette::vision {

/// A plate crop as Tesseract likes it: dark signs on white, 48 pixels per line or more, a free
/// margin around.
struct PlateInk {
    imaging::Image picture; ///< gray8
    int lines = 1; ///< by the shape of the crop: two-line plates are nearly as high as wide
};

/// \pre the crop is not empty
[[nodiscard]] PlateInk make_ink(const imaging::ImageView& crop);

} // namespace vedette::vision
