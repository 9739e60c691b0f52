#include <memory>
#include <mutex>
#include <openvino/openvino.hpp>
#include <optional>

#include "backends/openvino/openvino_engine.h"
#include "engine/io_check.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {
namespace {

/// OpenVINO's library handle, made when the first model is loaded: making it costs milliseconds and
/// memory.
///
/// Thread-safe, as ov::Core is.
class LazyCore {
public:
    Result<ov::Core*> get() {
        const std::scoped_lock lock{mutex_};
        try {
            if (!core_)
                core_.emplace();
        } catch (const std::exception& why) {
            return Error{ErrorCode::unavailable, "OpenVINO cannot start: " + one_line(why.what())};
        }
        return &*core_;
    }

private:
    std::mutex mutex_;             // guards the making of core_
    std::optional<ov::Core> core_; // never replaced once made
};

} // namespace

Status register_openvino(BackendRegistry& registry);
Status register_openvino(BackendRegistry& registry) {
    return registry.add("openvino",
                        [core = std::make_shared<LazyCore>()](
                            const std::filesystem::path& file,
                            const EngineOptions& options) -> Result<std::unique_ptr<Engine>> {
                            VEDETTE_TRY(ov::Core * started, core->get());
                            return OpenVinoEngine::load(*started, file, options);
                        });
}

} // namespace vedette::infer
