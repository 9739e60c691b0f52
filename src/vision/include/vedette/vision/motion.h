#pragma once

#include <memory>
#include <vector>

#include "vedette/domain/geometry.h"
#include "vedette/imaging/image_view.h"

namespace vedette::vision {

/// Frigate's words and meanings where they exist.
struct MotionOptions {
    int threshold = 30;              ///< 1..255, grey levels a pixel must differ from the background
    int contour_area = 10;           ///< pixels of the reduced picture that make a region
    float frame_alpha = 0.01F;       ///< 0..1, how fast the background follows
    float lightning_threshold = 0.8F; ///< share of the picture changing at once that is light, not motion
    int height_px = 100;             ///< of the reduced picture
};

struct MotionResult {
    std::vector<domain::NormBox> regions; ///< where something moves; empty: nothing does
    float changed_share = 0;              ///< 0..1 of the picture
    bool lightning = false;               ///< the whole picture changed: background taken anew, no regions
};

/// Cheap look at where something moves: difference to a running background.
///
/// Thread-compatible; one per camera.
class MotionDetector {
public:
    virtual ~MotionDetector() = default;
    [[nodiscard]] virtual MotionResult update(const imaging::ImageView& picture) = 0;
};

[[nodiscard]] std::unique_ptr<MotionDetector> make_motion_detector(const MotionOptions& options);

} // namespace vedette::vision
