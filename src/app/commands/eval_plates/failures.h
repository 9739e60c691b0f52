#pragma once

#include <vector>

#include "app/commands/eval_plates/gallery.h"
#include "app/plate_answers.h"
#include "vedette/imaging/image_view.h"

namespace vedette::app {

/// All that was said of one picture.
struct PictureAnswers {
    std::vector<vision::PixelBox> found;      ///< every plate that the detector saw
    std::vector<ReadPlate> plates;            ///< most confident first
    std::vector<vision::PlateAnswer> answers; ///< of the same plates
};

/// Puts what is wrong with the answers into the gallery, with pictures cut out of `picture`.
/// \return the JPEG encoder's errors.
Status add_failures(const vision::PlatePicture& truth, const imaging::ImageView& picture,
                    const PictureAnswers& said, const vision::PlateScoreOptions& options,
                    FailureGallery& gallery);

} // namespace vedette::app
