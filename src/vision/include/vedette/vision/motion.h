#pragma once

#include <memory>
#include <vector>

#include "vedette/domain/geometry.h"
#include "vedette/imaging/image_view.h"
#include "vedette/imaging/mask.h"

namespace vedette::vision {

/// Frigate's words and meanings where they exist. Values outside the ranges are brought inside.
struct MotionOptions {
    int threshold = 30;    ///< 1..255, grey levels by which a pixel must differ from the background
    int contour_area = 10; ///< pixels of the reduced picture that make a region
    float frame_alpha = 0.01F;        ///< 0..1, how fast the background follows, per picture
    float lightning_threshold = 0.8F; ///< 0..1, share changing at once that is light, not motion
    int height_px = 100;              ///< of the reduced picture; smaller pictures keep their own
    imaging::PictureMask ignored{};   ///< what changes there is no motion
};

struct MotionResult {
    std::vector<domain::NormBox> regions; ///< where something moves; empty: nothing does
    /// Things that move now: those of the regions, joined where they overlap, that also differ from
    /// the picture before. What has come to rest, ghosts of what left, and lamps switched on don't.
    std::vector<domain::NormBox> movers;
    float changed_share = 0; ///< 0..1 of the picture, or of what of it is not ignored
    bool lightning = false;  ///< the whole picture changed: background taken anew, no regions
};

/// Cheap look at where something moves: difference to a running background.
///
/// Thread-compatible; one per camera. The first picture becomes the background; over the next few,
/// and after a change of light, the background follows fast and no regions are given. A picture of
/// another size starts anew. Something that stops moving becomes background after about
/// 1 / frame_alpha pictures.
class MotionDetector {
public:
    virtual ~MotionDetector() = default;
    /// An empty picture changes nothing and gives an empty result.
    [[nodiscard]] virtual MotionResult update(const imaging::ImageView& picture) = 0;
};

[[nodiscard]] std::unique_ptr<MotionDetector> make_motion_detector(const MotionOptions& options);

} // namespace vedette::vision
