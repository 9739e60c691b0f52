#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/vision/eval/track_metrics.h"
#include "vedette/vision/tracker.h"

namespace vedette::vision {

struct TrackEvalOptions {
    TrackerOptions tracker;
    /// Pictures per second left when a sequence is thinned out; never more than it has. Nothing:
    /// all.
    std::optional<double> fps;
    /// Makes detections out of the ground truth with this seed where a sequence brings none.
    std::uint64_t noise_seed = 1;
};

/// Where a sequence's detections came from.
enum class DetectionSource {
    given = 1, ///< its own detection file
    perturbed, ///< synthetic: the ground truth with noise, misses and false alarms
    none,      ///< the folder holds a tracker's results, which are scored as they are
};

struct SequenceResult {
    std::string name;
    DetectionSource source = DetectionSource::given;
    double fps = 0;         ///< after thinning out; 0 when unknown
    double tracking_ms = 0; ///< total time inside the tracker
    TrackScore score;
};

/// Runs the tracker over each labelled sequence in `folder` and scores it; what it reports is what
/// an online user gets: boxes of believed tracks in the frame of their detection.
///
/// Forms understood, one sequence in `folder` itself or one per sub-folder:
/// - MOTChallenge 2015…2017: `gt/gt.txt`, `seqinfo.ini`, and `det/det.txt` or none (then detections
/// are perturbed truth);
/// - KITTI tracking: `gt/NAME.txt` and `det_Car/NAME.txt`; cars are counted, vans and hidden cars
/// forgiven;
/// - a tracker's results: `gt.txt` and `test.txt` in MOTChallenge's columns.
/// Scores outside 0..1 in a detection file are taken as log-odds and mapped by the logistic
/// function, all of that file. \return by name; not_found when the folder holds no sequence,
/// invalid_argument naming file and line.
[[nodiscard]] Result<std::vector<SequenceResult>>
evaluate_tracks(const std::filesystem::path& folder, const TrackEvalOptions& options,
                const Clock& clock);

} // namespace vedette::vision
