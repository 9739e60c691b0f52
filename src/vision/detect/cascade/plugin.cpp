#include "detect/cascade/detector.h"

namespace vedette::vision {

Status register_cascade(DetectorRegistry& registry);
Status register_cascade(DetectorRegistry& registry) {
    return registry.add("cascade", [](const infer::Manifest& manifest,
                                      const DetectorOptions& options, const infer::ModelLoader&) {
        return make_cascade_detector(manifest, options);
    });
}

} // namespace vedette::vision
