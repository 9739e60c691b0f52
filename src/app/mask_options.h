#pragma once

#include "vedette/config/node.h"
#include "vedette/config/option_set.h"
#include "vedette/config/problems.h"
#include "vedette/imaging/mask.h"

namespace vedette::app {

/// `cameras.NAME.masks`.
struct MaskOptions {
    imaging::PictureMask privacy; ///< black in all that is made of decoded pictures
    imaging::PictureMask motion;  ///< what changes there is no motion
};
[[nodiscard]] config::OptionSet<MaskOptions> mask_option_set();

/// What stands below `camera`; nothing is masked by default.
[[nodiscard]] MaskOptions read_masks(const config::Node& camera, config::Problems& problems);

} // namespace vedette::app
