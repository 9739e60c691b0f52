#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/infer/engine.h"
#include "vedette/infer/manifest.h"

namespace vedette::infer {

/// One link of the fall-back chain: a back-end and how it runs.
struct EngineChoice {
    std::string backend; ///< name in the BackendRegistry
    EngineOptions options;
};

/// The links that a word of the configuration stands for: "cpu" is every built back-end on the
/// processor, the one first that is fastest on this machine's; "openvino", "onnx" and "opencv" are
/// one each; "cuda" and "tensorrt" are ONNX Runtime on an NVIDIA device.
/// \param options  its device is the device's number ("0"), or left for the type to choose ("cpu",
///   "")
/// \return invalid_argument naming the words that are known.
Result<std::vector<EngineChoice>> engines_for(std::string_view type, const EngineOptions& options,
                                              const BackendRegistry& backends);

/// A folder for compiled models, made with access for its owner alone.
/// \return `wanted`, or an empty path, with a warning in the log, if it cannot be written: then
/// nothing is kept.
[[nodiscard]] std::filesystem::path usable_cache(const std::filesystem::path& wanted, Log& log);

/// Loads models: verifies the files, takes the copy in eight bits where the manifest names one and
/// this processor is quick with it (at Precision::automatic or int8, on the processor), tries the
/// chain in order, and gives an engine that moves to the next link for good (a latch, logged once,
/// counted in infer_engine_fallbacks_total) when the one in use fails.
///
/// Thread-safe. The registry, log, metrics and clock are borrowed and must outlive it and its
/// engines. What an engine's runs take is in infer_run_seconds.
class ModelLoader {
public:
    ModelLoader(const BackendRegistry& backends, std::vector<EngineChoice> chain, Log& log,
                Metrics& metrics, const Clock& clock);

    /// Blocks for as long as compiling takes (100-400 ms for the shipped ones). A model whose input
    /// may have several sizes (InputSpec::multiple_of_px) is opened for the manifest's.
    /// \param stop looked at between steps.
    /// \return the manifest's verify() errors; invalid_argument for a manifest without weights;
    /// unavailable naming
    ///   every link and why it failed; cancelled.
    [[nodiscard]] Result<std::unique_ptr<Engine>> load(const Manifest& manifest,
                                                       const std::stop_token& stop = {}) const;

    /// The same on a thread of its own. Destroying the future waits for it; after a stop request
    /// that is at most one step. This loader must outlive it.
    [[nodiscard]] std::future<Result<std::unique_ptr<Engine>>>
    load_async(Manifest manifest, std::stop_token stop = {}) const;

    [[nodiscard]] const std::vector<EngineChoice>& chain() const noexcept { return chain_; }

private:
    const BackendRegistry& backends_;
    const std::vector<EngineChoice> chain_;
    Log& log_;
    Metrics& metrics_;
    const Clock& clock_;
};

} // namespace vedette::infer
