#pragma once

#include <memory>
#include <string>

#include "message.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/clip_export.h"
#include "vedette/recording/clip_file.h"

namespace vedette::api {

/// Bodies that are read from recordings while they are sent.
[[nodiscard]] StreamedBody stream_of(std::unique_ptr<recording::ClipFile> clip);
[[nodiscard]] StreamedBody stream_of(std::unique_ptr<recording::ExportArchive> archive);
/// A recorded file as it is. \param files  borrowed
[[nodiscard]] StreamedBody stream_of(const recording::RecordingFiles& files,
                                     const ports::RecordedSegment& segment);

/// "gate-20261128T140000Z": for the name of a file.
[[nodiscard]] std::string file_name_of(const domain::CameraId& camera, WallTime from);

/// An HLS playlist of everything that can be played, its addresses relative to itself.
///
/// \param from  where a player is to begin
/// \pre at least one clip
///
/// Source: RFC 8216; draft-pantos-hls-rfc8216bis for EXT-X-START's PRECISE.
[[nodiscard]] std::string playlist_of(const std::vector<recording::Clip>& clips, WallTime from);

} // namespace vedette::api
