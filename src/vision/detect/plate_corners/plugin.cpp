#include "detect/engine_detector.h"
#include "detect/plate_corners/decoder.h"

namespace vedette::vision {

Status register_plate_corners(DetectorRegistry& registry);
Status register_plate_corners(DetectorRegistry& registry) {
    return add_engine_detector(registry, "plate-corners", PlateCornersDecoder::create);
}

} // namespace vedette::vision
