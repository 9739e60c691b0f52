#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "onnx/onnx_model.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {

/// Where OpenCV computes.
struct OpenCvTarget {
    cv::dnn::Backend backend = cv::dnn::DNN_BACKEND_OPENCV;
    cv::dnn::Target target = cv::dnn::DNN_TARGET_CPU;
    std::string precision = "f32";
};

/// Runs a model with OpenCV's dnn module: the last resort, there on every machine.
///
/// Takes and gives f32 alone. Its threads are one pool for the whole process.
class OpenCvEngine final : public Engine {
public:
    static Result<std::unique_ptr<Engine>> load(const std::filesystem::path& file,
                                                const EngineOptions& options);

    [[nodiscard]] const std::vector<TensorSpec>& inputs() const override { return about_.inputs; }
    [[nodiscard]] const std::vector<TensorSpec>& outputs() const override { return about_.outputs; }
    [[nodiscard]] Result<std::span<const TensorView>>
    run(std::span<const TensorView> inputs) override;
    [[nodiscard]] int batch() const override { return about_.batch(); }
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    OpenCvEngine(OnnxModel about, cv::dnn::Net net, std::string name);
    Status collect(std::int64_t batch);
    Status warm_up();

    const OnnxModel about_;
    cv::dnn::Net net_;
    const std::string name_;
    std::vector<cv::String> output_names_;
    std::vector<cv::Mat> results_;
    std::vector<TensorView> views_;
};

} // namespace vedette::infer
