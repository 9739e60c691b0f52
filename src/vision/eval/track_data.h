#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/vision/eval/track_eval.h"
#include "vedette/vision/eval/track_metrics.h"

namespace vedette::vision {

/// One labelled picture: truth (and, in a folder of results, those), and detections in 0..1 of the
/// picture.
struct SequenceFrame {
    ScoredFrame scored;
    std::vector<double> visibility; ///< per truth box, 0..1; 1 where the data do not tell
    std::vector<domain::Detection> detections;
};

struct TrackSequence {
    std::string name;
    DetectionSource source = DetectionSource::given;
    double fps = 0;
    double width_px = 0;
    double height_px = 0;
    TrackScoringOptions scoring;
    std::vector<SequenceFrame> frames; ///< every picture, also those without boxes
};

/// Reads all sequences of a folder; forms and errors as evaluate_tracks() tells. A sequence without
/// detections comes with source `perturbed` and none.
[[nodiscard]] Result<std::vector<TrackSequence>>
read_track_sequences(const std::filesystem::path& folder);

/// One number table: `frame,id,left,top,width,height,...`; also separated by blanks.
/// \return invalid_argument naming `file_name` and the line when a field is no number or a row has
/// under `least_columns`.
[[nodiscard]] Result<std::vector<std::vector<double>>>
parse_number_rows(const std::string& text, std::size_t least_columns, const std::string& file_name);

/// KITTI tracking labels; see evaluate_tracks(). \return frames from 0; invalid_argument naming
/// file and line.
[[nodiscard]] Result<std::vector<SequenceFrame>> parse_kitti_truth(const std::string& text,
                                                                   const std::string& file_name);

} // namespace vedette::vision
