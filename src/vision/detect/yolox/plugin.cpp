#include "detect/engine_detector.h"
#include "detect/yolox/decoder.h"

namespace vedette::vision {

Status register_yolox(DetectorRegistry& registry);
Status register_yolox(DetectorRegistry& registry) {
    return add_engine_detector(registry, "yolox", YoloxDecoder::create);
}

} // namespace vedette::vision
