#include "backends/opencv/opencv_engine.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {

Status register_opencv(BackendRegistry& registry);
Status register_opencv(BackendRegistry& registry) {
    return registry.add("opencv", OpenCvEngine::load);
}

} // namespace vedette::infer
