#pragma once

#include <filesystem>
#include <memory>
#include <openvino/openvino.hpp>
#include <optional>
#include <string>
#include <vector>

#include "onnx/onnx_model.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {

/// Runs a model with OpenVINO: one stream, lowest latency.
///
/// A model whose batch is open is compiled twice at most: for batch 1 when it is loaded, because
/// fixed shapes are faster, and for any batch when another one first comes. Inputs and outputs are
/// used where they lie.
class OpenVinoEngine final : public Engine {
public:
    static Result<std::unique_ptr<Engine>> load(ov::Core& core, const std::filesystem::path& file,
                                                const EngineOptions& options);

    [[nodiscard]] const std::vector<TensorSpec>& inputs() const override { return inputs_; }
    [[nodiscard]] const std::vector<TensorSpec>& outputs() const override { return outputs_; }
    [[nodiscard]] Result<std::span<const TensorView>>
    run(std::span<const TensorView> inputs) override;
    [[nodiscard]] int batch() const override { return batch_; }
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    struct Variant {
        ov::CompiledModel compiled; ///< keeps the device's library loaded for the request
        ov::InferRequest request;
    };

    OpenVinoEngine(ov::Core& core, OnnxModel about, std::string device, ov::AnyMap properties);
    Variant compile(const std::shared_ptr<ov::Model>& model);
    Status prepare(std::shared_ptr<ov::Model> model, const EngineOptions& options);
    Variant& variant_for(std::span<const TensorView> inputs);
    void infer(Variant& variant, std::span<const TensorView> inputs);
    void collect(ov::InferRequest& request);

    ov::Core core_; // shares its state with the back-end's
    const int batch_;
    const std::vector<TensorSpec> inputs_;
    std::vector<TensorSpec> outputs_;
    const std::string device_;
    const ov::AnyMap properties_;
    std::string name_;
    std::shared_ptr<ov::Model> open_model_; ///< until the variant for any batch is compiled
    std::optional<Variant> main_;
    std::optional<Variant> any_batch_;
    std::vector<TensorView> views_;
};

} // namespace vedette::infer
