#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "detect/candidates.h"
#include "vedette/vision/detector.h"

namespace vedette::vision {

struct CascadeSettings {
    std::filesystem::path file; ///< OpenCV's cascade, XML
    double scale_factor = 1.1;  ///< > 1, between two sizes that are looked at
    int min_neighbors = 3;      ///< boxes that must agree on an object
    int min_size_px = 24;       ///< of an object, in the picture as it is looked at
    int width_px = 0;           ///< larger pictures are reduced to fit it; 0: they are not
    int height_px = 0;
    double half_score_neighbors = 4; ///< so many agreeing boxes above the least score 0.5

    /// From decoder_options (scale_factor, min_neighbors, min_size, half_score_neighbors), input
    /// and extra_files.cascade. \return invalid_argument naming the key.
    static Result<CascadeSettings> from(const infer::Manifest& manifest);
};

/// A boosted cascade of OpenCV: no engine, one label. Its score is not a probability: it grows with
/// the number of boxes that agree. Method: Viola and Jones, "Rapid Object Detection using a Boosted
/// Cascade of Simple Features", CVPR 2001.
///
/// \return not_found, data_loss if the file is no cascade, invalid_argument for settings or
/// options.
Result<std::unique_ptr<Detector>> make_cascade_detector(const infer::Manifest& manifest,
                                                        const DetectorOptions& options);

/// 0 for as few agreeing boxes as are let through, then rising towards 1.
[[nodiscard]] float cascade_score(int neighbors, int min_neighbors,
                                  double half_score_neighbors) noexcept;

} // namespace vedette::vision
