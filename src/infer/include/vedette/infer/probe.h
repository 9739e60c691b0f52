#pragma once

#include <string>
#include <vector>

#include "vedette/infer/engine.h"

namespace vedette::infer {

/// What came of running a model of one addition on one device of one back-end.
struct EngineProbe {
    std::string backend;
    std::string device;
    bool works = false;
    std::string detail; ///< the engine's name, which tells the precision; or why it doesn't work
};

/// Tries every device that the built back-ends know. For `doctor`. Takes about a second.
[[nodiscard]] std::vector<EngineProbe> probe_engines(const BackendRegistry& backends);

} // namespace vedette::infer
