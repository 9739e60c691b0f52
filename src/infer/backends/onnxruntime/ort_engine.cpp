#include "backends/onnxruntime/ort_engine.h"

#include <algorithm>
#include <utility>

#include "engine/io_check.h"

namespace vedette::infer {
namespace {

ONNXTensorElementDataType theirs(ElementType type) {
    switch (type) {
    case ElementType::f32: return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    case ElementType::u8: return ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
    case ElementType::i32: return ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32;
    case ElementType::i64: return ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
    }
    return ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
}

Status needs_provider(const std::string& provider, const std::string& device) {
    const auto there = Ort::GetAvailableProviders();
    if (std::find(there.begin(), there.end(), provider) != there.end())
        return {};
    return Error{ErrorCode::unavailable, "this ONNX Runtime was built without " + provider +
                                             ", which device '" + device + "' needs"};
}

void add_cuda(Ort::SessionOptions& session, int index) {
    OrtCUDAProviderOptions cuda;
    cuda.device_id = index;
    session.AppendExecutionProvider_CUDA(cuda);
}

void add_tensorrt(Ort::SessionOptions& session, int index, const EngineOptions& options) {
    OrtTensorRTProviderOptions tensorrt{};
    tensorrt.device_id = index;
    tensorrt.trt_max_workspace_size = std::size_t{1} << 30U;
    tensorrt.trt_fp16_enable =
        options.precision == Precision::f16 || options.precision == Precision::automatic;
    const std::string cache = options.cache_dir.string();
    tensorrt.trt_engine_cache_enable = cache.empty() ? 0 : 1;
    tensorrt.trt_engine_cache_path = cache.c_str();
    session.AppendExecutionProvider_TensorRT(tensorrt); // copies the path
}

/// \return the precision it will compute in, for the engine's name.
Result<std::string> choose_precision(const std::string& kind, Precision wanted) {
    const bool f16 =
        kind == "tensorrt" && (wanted == Precision::f16 || wanted == Precision::automatic);
    if (wanted == Precision::bf16 || (wanted == Precision::f16 && !f16))
        return Error{ErrorCode::unavailable, "ONNX Runtime does not compute in " +
                                                 std::string{to_string(wanted)} + " on " + kind +
                                                 "; set precision to auto"};
    return std::string{f16 ? "f16" : "f32"};
}

Status choose_device(Ort::SessionOptions& session, const DeviceName& device,
                     const EngineOptions& options) {
    if (device.kind == "cpu")
        return {};
    if (device.kind == "cuda") {
        VEDETTE_CHECK_OK(needs_provider("CUDAExecutionProvider", options.device));
        add_cuda(session, device.index);
        return {};
    }
    if (device.kind == "tensorrt") {
        VEDETTE_CHECK_OK(needs_provider("TensorrtExecutionProvider", options.device));
        add_tensorrt(session, device.index, options);
        return {};
    }
    return Error{ErrorCode::unavailable, "ONNX Runtime has no device '" + options.device +
                                             "'; it knows cpu, cuda and tensorrt"};
}

/// \param any_batch  whether tensors come in many sizes: what is kept for each would only grow
Ort::SessionOptions session_options(int threads, bool any_batch) {
    Ort::SessionOptions session;
    session.SetIntraOpNumThreads(threads);
    session.SetInterOpNumThreads(1);
    session.SetExecutionMode(ORT_SEQUENTIAL);
    session.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
    if (any_batch)
        session.DisableCpuMemArena().DisableMemPattern();
    session.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
    session.AddConfigEntry("session.intra_op.allow_spinning",
                           "0"); // idle cores belong to the decoders
    return session;
}

} // namespace

OrtEngine::OrtEngine(std::shared_ptr<Ort::Env> environment, OnnxModel about, Ort::Session session,
                     std::string name)
    : environment_{std::move(environment)}, about_{std::move(about)}, session_{std::move(session)},
      name_{std::move(name)}, memory_{Ort::MemoryInfo::CreateCpu(OrtArenaAllocator,
                                                                 OrtMemTypeDefault)},
      views_(about_.outputs.size()) {
    for (const auto& input : about_.inputs)
        input_names_.push_back(input.name.c_str());
    for (const auto& output : about_.outputs)
        output_names_.push_back(output.name.c_str());
}

Result<std::unique_ptr<Engine>> OrtEngine::load(const std::shared_ptr<Ort::Env>& environment,
                                                const std::filesystem::path& file,
                                                const EngineOptions& options) {
    VEDETTE_TRY(auto model, open_model(file, options));
    VEDETTE_TRY(const DeviceName device, parse_device(options.device));
    VEDETTE_TRY(const auto precision, choose_precision(device.kind, options.precision));
    try {
        auto settings = session_options(options.threads, model.about.batch() == 0);
        VEDETTE_CHECK_OK(choose_device(settings, device, options));
        Ort::Session session{*environment, model.bytes.data(), model.bytes.size(), settings};
        return std::unique_ptr<Engine>{
            new OrtEngine{environment, std::move(model.about), std::move(session),
                          "onnxruntime " + options.device + " " + precision}};
    } catch (const std::exception& why) {
        const auto code =
            device.kind == "cpu" ? ErrorCode::invalid_argument : ErrorCode::unavailable;
        return Error{code, "model " + file.string() +
                               ": ONNX Runtime cannot run it: " + one_line(why.what())};
    }
}

void OrtEngine::infer(std::span<const TensorView> inputs) {
    given_.clear();
    for (const TensorView& input : inputs)
        given_.push_back(Ort::Value::CreateTensor(
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): inputs are only read
            memory_, const_cast<std::byte*>(input.bytes.data()), input.bytes.size(),
            input.shape.data(), input.shape.size(), theirs(input.type)));
    results_ = session_.Run(Ort::RunOptions{nullptr}, input_names_.data(), given_.data(),
                            given_.size(), output_names_.data(), output_names_.size());
    given_.clear(); // they borrow the caller's bytes
}

Status OrtEngine::collect() {
    for (std::size_t i = 0; i < results_.size(); ++i) {
        const TensorSpec& spec = about_.outputs[i];
        const auto found = results_[i].GetTensorTypeAndShapeInfo();
        if (found.GetElementType() != theirs(spec.type))
            return Error{ErrorCode::unavailable, name_ + ": output '" + spec.name + "' is not " +
                                                     std::string{to_string(spec.type)}};
        views_[i].type = spec.type;
        views_[i].shape = found.GetShape();
        views_[i].bytes = {static_cast<const std::byte*>(results_[i].GetTensorRawData()),
                           found.GetElementCount() * size_bytes(spec.type)};
    }
    return {};
}

Result<std::span<const TensorView>> OrtEngine::run(std::span<const TensorView> inputs) {
    VEDETTE_CHECK_OK(check_inputs(inputs, about_.inputs));
    try {
        infer(inputs);
        VEDETTE_CHECK_OK(collect());
    } catch (const std::exception& why) {
        return Error{ErrorCode::unavailable, name_ + " failed: " + one_line(why.what())};
    }
    return std::span<const TensorView>{views_};
}

} // namespace vedette::infer
