#include "detect/engine_detector.h"
#include "detect/fastestdet/decoder.h"

namespace vedette::vision {

Status register_fastestdet(DetectorRegistry& registry);
Status register_fastestdet(DetectorRegistry& registry) {
    return add_engine_detector(registry, "fastestdet", FastestdetDecoder::create);
}

} // namespace vedette::vision
