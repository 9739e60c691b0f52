#pragma once

#include <filesystem>
#include <memory>
#include <onnxruntime_cxx_api.h>
#include <string>
#include <vector>

#include "onnx/onnx_model.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {

/// Runs a model with ONNX Runtime, on the CPU or an NVIDIA device.
class OrtEngine final : public Engine {
public:
    static Result<std::unique_ptr<Engine>> load(const std::shared_ptr<Ort::Env>& environment,
                                                const std::filesystem::path& file,
                                                const EngineOptions& options);

    [[nodiscard]] const std::vector<TensorSpec>& inputs() const override { return about_.inputs; }
    [[nodiscard]] const std::vector<TensorSpec>& outputs() const override { return about_.outputs; }
    [[nodiscard]] Result<std::span<const TensorView>>
    run(std::span<const TensorView> inputs) override;
    [[nodiscard]] int batch() const override { return about_.batch(); }
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    OrtEngine(std::shared_ptr<Ort::Env> environment, OnnxModel about, Ort::Session session,
              std::string name);
    void infer(std::span<const TensorView> inputs);
    Status collect();

    const std::shared_ptr<Ort::Env> environment_; // must outlive the session
    const OnnxModel about_;
    Ort::Session session_;
    const std::string name_;
    const Ort::MemoryInfo memory_;
    std::vector<const char*> input_names_; // point into about_
    std::vector<const char*> output_names_;
    std::vector<Ort::Value> given_;
    std::vector<Ort::Value> results_;
    std::vector<TensorView> views_;
};

} // namespace vedette::infer
