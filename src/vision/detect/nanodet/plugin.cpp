#include "detect/engine_detector.h"
#include "detect/nanodet/decoder.h"

namespace vedette::vision {

Status register_nanodet(DetectorRegistry& registry);
Status register_nanodet(DetectorRegistry& registry) {
    return add_engine_detector(registry, "nanodet", NanodetDecoder::create);
}

} // namespace vedette::vision
