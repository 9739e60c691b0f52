#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/plate_answers.h"
#include "vedette/imaging/image_view.h"

namespace vedette::app {

/// What was found in one picture.
struct PicturePlates {
    std::string file;
    int width_px = 0;
    int height_px = 0;
    std::vector<ReadPlate> plates; ///< best first
    int too_small = 0;             ///< plates seen that are too small to be read
};

/// One JSON object per picture, on one line.
void write_json(const PicturePlates& report, std::ostream& to);
/// The same for people.
void write_text(const PicturePlates& report, std::ostream& to);

} // namespace vedette::app
