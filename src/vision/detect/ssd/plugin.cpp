#include "detect/engine_detector.h"
#include "detect/ssd/decoder.h"

namespace vedette::vision {

Status register_ssd(DetectorRegistry& registry);
Status register_ssd(DetectorRegistry& registry) {
    return add_engine_detector(registry, "ssd", SsdDecoder::create);
}

} // namespace vedette::vision
