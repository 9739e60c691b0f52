#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "vedette/base/registry.h"
#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/imaging/image_view.h"
#include "vedette/infer/model_loader.h"

namespace vedette::vision {

/// Finds things in pictures.
///
/// Thread-compatible: one caller at a time; two instances may run in two threads. Boxes and points
/// are 0..1 of the picture given, inside it; scores 0..1, none below the threshold; best first; at
/// most 300 per picture. Overlapping boxes of one label are already reduced to one (class-aware
/// non-maximum suppression).
class Detector {
public:
    virtual ~Detector() = default;
    /// \return one list per picture, in order; the engine's errors.
    [[nodiscard]] virtual Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) = 0;
    /// How many pictures are best given at once; 1 where batching gains nothing.
    [[nodiscard]] virtual int preferred_batch() const { return 1; }
    [[nodiscard]] virtual const std::string& model_id() const = 0;
};

struct DetectorOptions {
    float min_score = 0.5F; ///< 0..1; weaker detections are not returned
    float nms_iou = 0.45F;  ///< 0..1; above it the weaker of two boxes of one label is dropped
    std::vector<std::string> labels{}; ///< only these; empty: all the model knows
};

/// The manifest's `decoder` -> factory. The factory loads the engine itself: some detectors need
/// none.
using DetectorRegistry =
    Registry<Detector, const infer::Manifest&, const DetectorOptions&, const infer::ModelLoader&>;

Status register_builtin_detect(DetectorRegistry& registry);

/// Loads the detector that the manifest describes. \return also invalid_argument if outputs don't
/// fit the decoder.
Result<std::unique_ptr<Detector>> load_detector(const DetectorRegistry& registry,
                                                const infer::Manifest& manifest,
                                                const DetectorOptions& options,
                                                const infer::ModelLoader& loader);

} // namespace vedette::vision
