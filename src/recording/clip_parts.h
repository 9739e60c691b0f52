#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "vedette/recording/clip.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::recording {

/// Why nothing is where something was: retention deletes what nobody wants.
inline constexpr const char* kLetGo = "what was recorded was deleted";

/// A segment's table, with its set_up even if the row does not know it: then its head is read.
[[nodiscard]] Result<FragmentTable> table_of(const RecordingFiles& files,
                                             const ports::RecordedSegment& row);
/// The fragments of a segment that overlap [from, to), from a key frame on. \return nothing if
/// there are none
[[nodiscard]] std::optional<ClipPart>
part_of(const ports::RecordedSegment& row, const FragmentTable& table, WallTime from, WallTime to);
/// Those from number `first` on, as many as `count`. \pre they are there, at least one
[[nodiscard]] ClipPart part_of(const ports::RecordedSegment& row, const FragmentTable& table,
                               std::size_t first, std::size_t count);
/// How long before its first picture the sound of a part begins; 0 if it does not.
[[nodiscard]] Result<StreamClock::duration> lead_of(const RecordingFiles& files,
                                                    const ClipPart& part);
[[nodiscard]] std::string text_of(WallTime time); ///< for messages
/// That a camera has no recording at a time, and when it has some; errors of the index.
[[nodiscard]] Error nothing_recorded(const ports::RecordingIndex& index,
                                     const domain::CameraId& camera);
/// Why a segment can't be in a clip, and what to do.
[[nodiscard]] std::string why_not(const ports::RecordedSegment& row);

/// \return data_loss if the file is shorter; errors of the disk.
[[nodiscard]] Result<std::vector<std::byte>> read_exactly(const RecordingFiles& files,
                                                          const std::string& file,
                                                          std::uint64_t offset, std::size_t bytes);
/// ftyp and moov. \return data_loss if they can't be.
[[nodiscard]] Result<std::vector<std::byte>>
read_head(const RecordingFiles& files, const std::string& file, std::uint64_t head_bytes);
/// The first box of a fragment. \return data_loss if it does not fit into it.
[[nodiscard]] Result<std::vector<std::byte>> read_moof(const RecordingFiles& files,
                                                       const std::string& file,
                                                       const media::SegmentFragment& fragment);

} // namespace vedette::recording
