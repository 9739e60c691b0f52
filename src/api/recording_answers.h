#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/api/recording_parts.h"
#include "vedette/recording/clip.h"
#include "vedette/recording/clip_export.h"
#include "vedette/recording/coverage.h"
#include "vedette/recording/previews.h"
#include "vedette/recording/still.h"

namespace vedette::api {

/// What the server says of recordings, as api/openapi.yaml describes it.
[[nodiscard]] std::string recordings_json(const std::vector<ports::RecordingExtent>& extents,
                                          const RecordingParts& parts, const std::string& base);
[[nodiscard]] std::string coverage_json(const recording::CoverageQuery& query,
                                        const recording::Coverage& coverage);
/// \param next  address of the next page; empty: none
[[nodiscard]] std::string segments_json(const std::vector<ports::RecordedSegment>& page,
                                        const std::string& base, const std::string& next);
[[nodiscard]] std::string kept_json(const domain::CameraId& camera, WallTime from, WallTime to,
                                    std::uint64_t segments, bool kept);
[[nodiscard]] std::string previews_json(const domain::CameraId& camera,
                                        const std::vector<recording::PreviewStrip>& strips,
                                        const std::string& base);
/// For the field Vedette-Recording: what the first clip is of, and where recordings go on.
[[nodiscard]] std::string clip_header(const recording::Recorded& recorded);
/// For the field Vedette-Timelapse.
[[nodiscard]] std::string timelapse_header(const recording::ExportManifest& manifest);
/// For the field Vedette-Picture.
[[nodiscard]] std::string still_header(const recording::Still& still);

/// A place in a list of one camera's segments, as text.
[[nodiscard]] std::string cursor_of(const ports::RecordingPlace& place);
[[nodiscard]] std::optional<ports::RecordingPlace> place_from(std::string_view cursor,
                                                              const domain::CameraId& camera);

} // namespace vedette::api
