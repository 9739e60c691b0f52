#pragma once

#include "vedette/base/log.h"
#include "vedette/imaging/frame.h"
#include "vedette/imaging/mask.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/fragment_table.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// The picture that a fragment begins with, decoded by itself. \pre it is a key frame
/// \param mask  what it covers is black
/// \return data_loss if it can't be decoded; errors of the disk.
[[nodiscard]] Result<imaging::FramePtr>
key_picture(const RecordingFiles& files, const ports::RecordedSegment& row,
            const FragmentTable& table, std::size_t fragment, const imaging::PictureMask& mask,
            const Clock& clock, Log& log);

} // namespace vedette::recording
