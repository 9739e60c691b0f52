#pragma once

#include "vedette/imaging/image.h"
#include "vedette/imaging/image_view.h"

namespace vedette::vision {

/// A plate crop as Tesseract likes it: dark signs on white, in one straight line, a free margin
/// around; frames, screws, the name of the dealer and the blue band are left out.
struct PlateInk {
    imaging::Image picture; ///< gray8
    int lines = 1; ///< by the shape of the crop: two-line plates are nearly as high as wide
    /// How many signs stand in the row that was cut out; 0 where no row was found and the picture
    /// shows the whole crop.
    int signs = 0;
};

/// \pre the crop is not empty
[[nodiscard]] PlateInk make_ink(const imaging::ImageView& crop);

} // namespace vedette::vision
