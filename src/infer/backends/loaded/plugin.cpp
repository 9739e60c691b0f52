#include <memory>
#include <sstream>
#include <string>

#include "backends/loaded/loaded_backend.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {

Status register_loaded(BackendRegistry& registry);
/// Those that were built as modules.
Status register_loaded(BackendRegistry& registry) {
    std::istringstream names{VEDETTE_LOADED_BACKENDS};
    for (std::string name; names >> name;) {
        auto backend = std::make_shared<LoadedBackend>(name, backend_folder());
        VEDETTE_CHECK_OK(registry.add(
            name, [backend](const std::filesystem::path& file, const EngineOptions& options) {
                return backend->create(file, options);
            }));
    }
    return {};
}

} // namespace vedette::infer
