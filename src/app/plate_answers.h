#pragma once

#include <span>
#include <string>
#include <vector>

#include "vedette/domain/plate.h"
#include "vedette/imaging/image_view.h"
#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::app {

/// One plate of one picture, as commands report it.
struct ReadPlate {
    domain::PlateRead read;
    domain::PlateText text; ///< of this one read
};

/// The text of a single read, under the grammars of `regions`.
[[nodiscard]] domain::PlateText text_of(const domain::PlateRead& read,
                                        const vision::PlateGrammars& grammars,
                                        const std::vector<std::string>& regions);

/// The rectangle around the corners, in pixels of the picture.
[[nodiscard]] vision::PixelBox pixel_box(const domain::NormBox& box,
                                         const imaging::ImageView& picture);

} // namespace vedette::app
