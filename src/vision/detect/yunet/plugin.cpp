#include "detect/engine_detector.h"
#include "detect/yunet/decoder.h"

namespace vedette::vision {

Status register_yunet(DetectorRegistry& registry);
Status register_yunet(DetectorRegistry& registry) {
    return add_engine_detector(registry, "yunet", YunetDecoder::create);
}

} // namespace vedette::vision
