#pragma once

#include <memory>
#include <string>
#include <vector>

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

/// Loads models: verifies the file, tries the chain in order, and gives an engine that moves to the
/// next link for good (a latch, logged once) when the one in use fails.
///
/// Thread-safe. The registry, log and metrics are borrowed and must outlive it and its engines.
class ModelLoader {
public:
    ModelLoader(const BackendRegistry& backends, std::vector<EngineChoice> chain, Log& log,
                Metrics& metrics);

    /// Blocks for as long as compiling takes (100-400 ms for the shipped ones).
    /// \return the manifest's verify() errors; unavailable naming every link and why it failed.
    [[nodiscard]] Result<std::unique_ptr<Engine>> load(const Manifest& manifest) const;

    [[nodiscard]] const std::vector<EngineChoice>& chain() const noexcept { return chain_; }

private:
    const BackendRegistry& backends_;
    const std::vector<EngineChoice> chain_;
    Log& log_;
    Metrics& metrics_;
};

} // namespace vedette::infer
