#include "detect/engine_detector.h"
#include "detect/yolo/decoder.h"

namespace vedette::vision {

Status register_yolo(DetectorRegistry& registry);
Status register_yolo(DetectorRegistry& registry) {
    return add_engine_detector(registry, "yolo", YoloDecoder::create);
}

} // namespace vedette::vision
