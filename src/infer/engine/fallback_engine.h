#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/infer/engine.h"
#include "vedette/infer/model_loader.h"

namespace vedette::infer {

/// What an engine made of a chain needs besides the chain. All borrowed.
struct FallbackContext {
    const BackendRegistry& backends;
    Log& log;
    Metrics& metrics;
    const Clock& clock;
};

/// One link of a chain: a file, and who runs it.
struct EngineLink {
    EngineChoice engine;
    std::filesystem::path file;
    bool quantised = false; ///< the file is the copy that computes in eight bits
};

/// An engine that moves to the next link of a chain, for good, when the one in use fails.
///
/// The inputs that met the failure are run again on the next link, so nothing is lost. Wrong inputs
/// are the caller's mistake and move nothing. The last link is kept: a later run() tries it again.
class FallbackEngine final : public Engine {
public:
    /// Loads the first link that can be.
    /// \param model for log events. \return the file's own errors at once (not_found, data_loss);
    ///   unavailable naming every link and why; cancelled.
    static Result<std::unique_ptr<Engine>> start(const FallbackContext& context, std::string model,
                                                 std::vector<EngineLink> chain,
                                                 const std::stop_token& stop);

    [[nodiscard]] const std::vector<TensorSpec>& inputs() const override { return inputs_; }
    [[nodiscard]] const std::vector<TensorSpec>& outputs() const override { return outputs_; }
    [[nodiscard]] Result<std::span<const TensorView>>
    run(std::span<const TensorView> inputs) override;
    [[nodiscard]] int batch() const override { return batch_; }
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    FallbackEngine(const FallbackContext& context, std::string model,
                   std::vector<EngineLink> chain);
    Result<std::unique_ptr<Engine>> next(const std::stop_token& stop);
    Result<std::unique_ptr<Engine>> create(const EngineLink& link) const;
    [[nodiscard]] std::string name_after(std::size_t link) const;
    void moved(std::size_t from, const Error& why);
    [[nodiscard]] bool fits(const Engine& other) const;
    [[nodiscard]] Error exhausted() const;

    const FallbackContext context_;
    const std::string model_;
    const std::vector<EngineLink> chain_;
    std::size_t in_use_ = 0;           ///< link of engine_
    std::size_t untried_ = 0;          ///< first link that was not tried yet
    std::vector<std::string> reasons_; ///< one for each link that failed
    struct Meters {
        std::shared_ptr<Counter> given_up;
        std::shared_ptr<Histogram> run_seconds;
    };
    std::vector<Meters> meters_; ///< one for each link
    std::unique_ptr<Engine> engine_;
    std::string name_;               ///< of engine_, and whether it runs the quantised copy
    std::vector<TensorSpec> inputs_; ///< of the first link; every later one must fit them
    std::vector<TensorSpec> outputs_;
    int batch_ = 1;
};

} // namespace vedette::infer
