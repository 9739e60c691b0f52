#pragma once

#include <cstdint>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/mask.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// One recorded picture.
struct Still {
    std::vector<std::uint8_t> jpeg{};
    int width_px = 0;
    int height_px = 0;
    WallTime at; ///< when it began to be shown
    std::uint64_t segment = 0;
};

/// The picture that was shown at a moment, decoded from the key frame before it.
///
/// \param longest_side_px  a larger one is scaled down
/// \param mask             what it covers is black
/// \param clock            for time-outs of reading
/// \return not_found if nothing is recorded there, naming what there is; resource_exhausted if more
///   than 3000 pictures would have to be decoded for it; data_loss; errors of index and files.
[[nodiscard]] Result<Still> picture_at(const RecordingFiles& files,
                                       const ports::RecordingIndex& index,
                                       const domain::CameraId& camera, WallTime at,
                                       int longest_side_px, const imaging::PictureMask& mask,
                                       const Clock& clock, Log& log);

} // namespace vedette::recording
