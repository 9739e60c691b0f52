#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/domain/plate.h"
#include "vedette/imaging/image.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/plate_reader.h"

namespace vedette::vision {

struct PlateFinderOptions {
    float min_height_px = 8;          ///< smaller plates are reported as found, but not read
    float min_read_confidence = 0.0F; ///< 0..1; weaker reads are left out
    float crop_margin_x =
        0.05F; ///< share of the plate's width added on each side before it is straightened
    float crop_margin_y = 0.08F; ///< the same of its height
    /// 1..4: how often a plate is read, each time cut out a little wider; the looks are averaged
    /// character by character.
    int looks = 2;
    float vehicle_margin = 0.05F; ///< share of the vehicle box added around it
    std::size_t max_plates = 16;  ///< of one picture; the best detections are read
};

/// What was found in one picture or on one vehicle.
struct PlateFindings {
    std::vector<domain::PlateRead> reads; ///< best first; corners in 0..1 of the whole picture
    /// Every plate that the detector saw, read or not, best first; boxes in 0..1 of the whole
    /// picture.
    std::vector<domain::Detection> plates;
    int too_small = 0; ///< plates below min_height_px
};

/// Where to look, and what counts as a plate there.
struct PlateSearch {
    std::optional<domain::NormBox> within = {}; ///< a vehicle, 0..1 of the picture; else all of it
    float min_score = 0; ///< 0..1, of the detection; what the detector itself leaves out stays out
};

/// Picture or vehicle -> plates -> corners -> straightened crops -> reads.
///
/// Thread-compatible. Owns its detector and reader.
class PlateFinder {
public:
    virtual ~PlateFinder() = default;
    [[nodiscard]] virtual Result<PlateFindings> find(const imaging::ImageView& picture,
                                                     const PlateSearch& search) = 0;
};

/// A plate as its reader sees it first: straightened by its corners, with the margin of `options`,
/// bgr24. \return an empty picture if the corners can't be straightened.
[[nodiscard]] imaging::Image straightened_plate(const imaging::ImageView& picture,
                                                const domain::NormQuad& corners,
                                                const PlateFinderOptions& options = {});

[[nodiscard]] std::unique_ptr<PlateFinder> make_plate_finder(const PlateFinderOptions& options,
                                                             std::unique_ptr<Detector> detector,
                                                             std::unique_ptr<PlateReader> reader);

} // namespace vedette::vision
