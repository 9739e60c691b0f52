#pragma once

#include <cstddef>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/recording/clip_file.h"

namespace vedette::recording {

/// The pictures of a Matroska segment as MP4, without its sound: what browsers play. They are
/// copied, nothing is decoded; it is made in memory, so ask for the parts that find_recorded()
/// made.

/// What is to stand before them. \return as pictures_of()
[[nodiscard]] Result<ClipHead> picture_head_of(const RecordingFiles& files,
                                               const ports::RecordedSegment& segment,
                                               const Clock& clock);

/// \param clip  of one part, of a Matroska segment; see clip_of()
/// \return fragments that follow that head; invalid_argument for a codec that MP4 does not hold;
///   resource_exhausted for more than 64 MiB; data_loss; errors of the disk.
[[nodiscard]] Result<std::vector<std::byte>> pictures_of(const RecordingFiles& files,
                                                         const Clip& clip, const Clock& clock);

} // namespace vedette::recording
