#include <memory>
#include <mutex>
#include <onnxruntime_cxx_api.h>

#include "backends/onnxruntime/ort_engine.h"
#include "engine/io_check.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {
namespace {

// NOLINTNEXTLINE(readability-function-size): the signature is ONNX Runtime's
void say_nothing(void*, OrtLoggingLevel, const char*, const char*, const char*, const char*) {}

/// ONNX Runtime's environment, made when the first model is loaded. It prints nothing and reports
/// to nobody.
///
/// Thread-safe.
class LazyEnvironment {
public:
    Result<std::shared_ptr<Ort::Env>> get() {
        const std::scoped_lock lock{mutex_};
        try {
            if (!environment_) {
                environment_ = std::make_shared<Ort::Env>(ORT_LOGGING_LEVEL_FATAL, "vedette",
                                                          say_nothing, nullptr);
                environment_->DisableTelemetryEvents();
            }
        } catch (const std::exception& why) {
            return Error{ErrorCode::unavailable,
                         "ONNX Runtime cannot start: " + one_line(why.what())};
        }
        return environment_;
    }

private:
    std::mutex mutex_; // guards the making of environment_
    std::shared_ptr<Ort::Env> environment_;
};

} // namespace

Status register_onnxruntime(BackendRegistry& registry);
Status register_onnxruntime(BackendRegistry& registry) {
    return registry.add("onnxruntime",
                        [lazy = std::make_shared<LazyEnvironment>()](
                            const std::filesystem::path& file,
                            const EngineOptions& options) -> Result<std::unique_ptr<Engine>> {
                            VEDETTE_TRY(const auto environment, lazy->get());
                            return OrtEngine::load(environment, file, options);
                        });
}

} // namespace vedette::infer
