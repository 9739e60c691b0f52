#include "backends/opencv/opencv_engine.h"

#include <algorithm>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <utility>

#include "engine/io_check.h"

namespace vedette::infer {
namespace {

/// OpenCV describes broken models on stderr; ours come back as an Error instead.
class QuietOpenCv {
public:
    QuietOpenCv()
        : before_{cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)} {}
    QuietOpenCv(const QuietOpenCv&) = delete;
    QuietOpenCv& operator=(const QuietOpenCv&) = delete;
    ~QuietOpenCv() { cv::utils::logging::setLogLevel(before_); }

private:
    const cv::utils::logging::LogLevel before_;
};

Result<OpenCvTarget> wanted_target(const std::string& kind, Precision precision) {
    const bool half = precision == Precision::f16;
    if (precision == Precision::bf16 || (half && kind == "cpu"))
        return Error{ErrorCode::unavailable, "OpenCV does not compute in " +
                                                 std::string{to_string(precision)} + " on " + kind +
                                                 "; set precision to auto"};
    const std::string name = half ? "f16" : "f32";
    if (kind == "cpu")
        return OpenCvTarget{cv::dnn::DNN_BACKEND_OPENCV, cv::dnn::DNN_TARGET_CPU, name};
    if (kind == "opencl")
        return OpenCvTarget{cv::dnn::DNN_BACKEND_OPENCV,
                            half ? cv::dnn::DNN_TARGET_OPENCL_FP16 : cv::dnn::DNN_TARGET_OPENCL,
                            name};
    if (kind == "cuda")
        return OpenCvTarget{cv::dnn::DNN_BACKEND_CUDA,
                            half ? cv::dnn::DNN_TARGET_CUDA_FP16 : cv::dnn::DNN_TARGET_CUDA, name};
    return Error{ErrorCode::unavailable,
                 "OpenCV has no device '" + kind + "'; it knows cpu, opencl and cuda"};
}

/// OpenCV would silently compute on the CPU when a target is missing; so it is asked first.
Result<OpenCvTarget> available_target(const EngineOptions& options) {
    VEDETTE_TRY(const DeviceName device, parse_device(options.device));
    VEDETTE_TRY(auto target, wanted_target(device.kind, options.precision));
    const auto there = cv::dnn::getAvailableTargets(target.backend);
    if (std::find(there.begin(), there.end(), target.target) == there.end())
        return Error{ErrorCode::unavailable,
                     "OpenCV was built without " + device.kind + ", or finds no such device"};
    return target;
}

Status takes_floats_only(const OnnxModel& about) {
    for (const auto* tensors : {&about.inputs, &about.outputs})
        for (const TensorSpec& tensor : *tensors)
            if (tensor.type != ElementType::f32)
                return Error{ErrorCode::invalid_argument,
                             "OpenCV takes and gives f32 alone, but '" + tensor.name + "' is " +
                                 std::string{to_string(tensor.type)}};
    return {};
}

/// A header over bytes that OpenCV only reads.
cv::Mat as_mat(const TensorView& view) {
    const std::vector<int> sizes(view.shape.begin(), view.shape.end());
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): cv::Mat knows no const pixels
    return {sizes, CV_32F, const_cast<std::byte*>(view.bytes.data())};
}

/// The declared shape where the numbers fill it: OpenCV makes two dimensions of one and drops
/// others.
Shape shape_of(const cv::Mat& result, const Shape& declared, std::int64_t batch) {
    Shape shape = declared;
    if (!shape.empty() && shape.front() < 0)
        shape.front() = batch;
    if (element_count(shape) == result.total())
        return shape;
    return {result.size.p, result.size.p + result.dims};
}

} // namespace

OpenCvEngine::OpenCvEngine(OnnxModel about, cv::dnn::Net net, std::string name)
    : about_{std::move(about)}, net_{std::move(net)}, name_{std::move(name)},
      views_(about_.outputs.size()) {
    for (const auto& output : about_.outputs)
        output_names_.emplace_back(output.name);
}

Result<std::unique_ptr<Engine>> OpenCvEngine::load(const std::filesystem::path& file,
                                                   const EngineOptions& options) {
    VEDETTE_TRY(auto model, open_model(file, options));
    const std::string doing = "model " + file.string();
    if (auto floats = takes_floats_only(model.about); !floats)
        return std::move(floats).error().with_context(doing);
    VEDETTE_TRY(const auto target, available_target(options));
    std::unique_ptr<OpenCvEngine> engine;
    try {
        const QuietOpenCv quiet;
        cv::setNumThreads(options.threads);
        cv::dnn::Net net = cv::dnn::readNetFromONNX(
            reinterpret_cast<const char*>(model.bytes.data()), model.bytes.size());
        net.setPreferableBackend(target.backend);
        net.setPreferableTarget(target.target);
        engine.reset(new OpenCvEngine{std::move(model.about), std::move(net),
                                      "opencv " + options.device + " " + target.precision});
    } catch (const std::exception& why) {
        return Error{ErrorCode::invalid_argument,
                     doing + ": OpenCV cannot run it: " + one_line(why.what())};
    }
    if (auto works = engine->warm_up(); !works)
        return std::move(works).error().with_context(doing);
    return std::unique_ptr<Engine>{std::move(engine)};
}

/// OpenCV finds out at the first inference what it can't do; a model that fails must fail when it
/// is loaded.
Status OpenCvEngine::warm_up() {
    std::vector<std::vector<std::byte>> zeros;
    std::vector<TensorView> inputs;
    for (const TensorSpec& input : about_.inputs) {
        Shape shape = input.shape;
        if (batch() == 0)
            shape.front() = 1;
        if (element_count(shape) == 0)
            return {}; // other open dimensions: only a real input can tell
        zeros.emplace_back(element_count(shape) * sizeof(float));
        inputs.push_back({ElementType::f32, std::move(shape), zeros.back()});
    }
    const QuietOpenCv quiet;
    const auto outcome = run(inputs);
    if (!outcome)
        return Error{ErrorCode::invalid_argument, outcome.error().message()};
    return {};
}

Status OpenCvEngine::collect(std::int64_t batch) {
    for (std::size_t i = 0; i < views_.size(); ++i) {
        cv::Mat& result = results_[i];
        if (result.depth() != CV_32F)
            return Error{ErrorCode::unavailable,
                         name_ + ": output '" + about_.outputs[i].name + "' is not f32"};
        if (!result.isContinuous())
            result = result.clone();
        views_[i].shape = shape_of(result, about_.outputs[i].shape, batch);
        views_[i].bytes = {reinterpret_cast<const std::byte*>(result.data),
                           result.total() * sizeof(float)};
    }
    return {};
}

Result<std::span<const TensorView>> OpenCvEngine::run(std::span<const TensorView> inputs) {
    VEDETTE_CHECK_OK(check_inputs(inputs, about_.inputs));
    try {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            net_.setInput(as_mat(inputs[i]), about_.inputs[i].name);
        results_.clear();
        net_.forward(results_, output_names_);
    } catch (const std::exception& why) {
        return Error{ErrorCode::unavailable, name_ + " failed: " + one_line(why.what())};
    }
    VEDETTE_CHECK_OK(collect(inputs.front().shape.empty() ? 1 : inputs.front().shape.front()));
    return std::span<const TensorView>{views_};
}

} // namespace vedette::infer
