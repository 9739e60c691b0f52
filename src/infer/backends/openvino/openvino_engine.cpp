#include "backends/openvino/openvino_engine.h"

#include <array>
#include <utility>

#include "engine/io_check.h"

namespace vedette::infer {
namespace {

struct TypePair {
    ElementType ours;
    ov::element::Type_t theirs;
};
constexpr std::array kTypes{TypePair{ElementType::f32, ov::element::Type_t::f32},
                            TypePair{ElementType::u8, ov::element::Type_t::u8},
                            TypePair{ElementType::i32, ov::element::Type_t::i32},
                            TypePair{ElementType::i64, ov::element::Type_t::i64}};

ov::element::Type theirs(ElementType type) {
    for (const auto& pair : kTypes)
        if (pair.ours == type)
            return pair.theirs;
    return ov::element::dynamic;
}

/// What OpenVINO found out about the shapes beats what the file declares.
TensorSpec refined(const TensorSpec& declared, const ov::PartialShape& found) {
    TensorSpec spec = declared;
    if (found.rank().is_dynamic())
        return spec;
    spec.shape.clear();
    for (const auto& length : found)
        spec.shape.push_back(length.is_static() ? length.get_length() : -1);
    return spec;
}

void set_batch_of_one(ov::Model& model) {
    std::map<ov::Output<ov::Node>, ov::PartialShape> shapes;
    for (const auto& input : model.inputs()) {
        auto shape = input.get_partial_shape();
        shape[0] = 1;
        shapes.emplace(input, shape);
    }
    model.reshape(shapes);
}

/// nothing: OpenVINO decides.
std::optional<ov::element::Type> hint_for(Precision precision) {
    switch (precision) {
    case Precision::automatic:
    case Precision::int8: return std::nullopt; // the integer operators are in the model already
    case Precision::f32: return ov::element::f32;
    case Precision::bf16: return ov::element::bf16;
    case Precision::f16: return ov::element::f16;
    }
    return std::nullopt;
}

/// "cpu" -> "CPU", "gpu:1" -> "GPU.1".
Result<std::string> openvino_device(const std::string& device) {
    VEDETTE_TRY(const DeviceName wanted, parse_device(device));
    if (wanted.kind == "cpu")
        return std::string{"CPU"};
    if (wanted.kind == "gpu" || wanted.kind == "npu")
        return (wanted.kind == "gpu" ? "GPU." : "NPU.") + std::to_string(wanted.index);
    return Error{ErrorCode::unavailable,
                 "OpenVINO has no device '" + device + "'; it knows cpu, gpu and npu"};
}

ov::AnyMap properties_for(const EngineOptions& options, const std::string& device) {
    ov::AnyMap properties{ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY)};
    if (device == "CPU") {
        properties.insert(ov::num_streams(1));
        properties.insert(ov::inference_num_threads(options.threads));
        // Pinned, the only thread of every engine ends up on the same core.
        properties.insert(ov::hint::enable_cpu_pinning(false));
    }
    if (const auto hint = hint_for(options.precision))
        properties.insert(ov::hint::inference_precision(*hint));
    if (!options.cache_dir.empty())
        properties.insert(ov::cache_dir(options.cache_dir.string()));
    return properties;
}

/// OpenVINO's message without the places in its sources that it went through.
std::string reason(const std::exception& why) {
    std::string_view text{why.what()};
    for (;;) {
        while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ')
            text.remove_prefix(1);
        const bool place = text.starts_with("Exception from ") || text.starts_with("Check '");
        const auto end = place ? text.find(":\n") : std::string_view::npos;
        if (end == std::string_view::npos)
            return one_line(text);
        text.remove_prefix(end + 2);
    }
}

Error cannot_run(const std::string& device, const std::exception& why) {
    const bool cpu = device == "CPU";
    return {cpu ? ErrorCode::invalid_argument : ErrorCode::unavailable,
            "OpenVINO cannot compile it for " + device + ": " + reason(why)};
}

} // namespace

OpenVinoEngine::OpenVinoEngine(ov::Core& core, OnnxModel about, std::string device,
                               ov::AnyMap properties)
    : core_{core}, batch_{about.batch()}, inputs_{std::move(about.inputs)},
      outputs_{std::move(about.outputs)}, device_{std::move(device)}, properties_{
                                                                          std::move(properties)} {}

Result<std::unique_ptr<Engine>> OpenVinoEngine::load(ov::Core& core,
                                                     const std::filesystem::path& file,
                                                     const EngineOptions& options) {
    VEDETTE_TRY(const auto opened, open_model(file, options));
    VEDETTE_TRY(auto device, openvino_device(options.device));
    std::shared_ptr<ov::Model> model;
    try {
        model = core.read_model(
            std::string{reinterpret_cast<const char*>(opened.bytes.data()), opened.bytes.size()},
            ov::Tensor{});
    } catch (const std::exception& why) {
        return Error{ErrorCode::invalid_argument,
                     "OpenVINO cannot read model " + file.string() + ": " + reason(why)};
    }
    const auto properties = properties_for(options, device);
    std::unique_ptr<OpenVinoEngine> engine{
        new OpenVinoEngine{core, opened.about, std::move(device), properties}};
    if (auto ready = engine->prepare(std::move(model), options); !ready)
        return std::move(ready).error().with_context("model " + file.string());
    return std::unique_ptr<Engine>{std::move(engine)};
}

OpenVinoEngine::Variant OpenVinoEngine::compile(const std::shared_ptr<ov::Model>& model) {
    Variant variant;
    variant.compiled = core_.compile_model(model, device_, properties_);
    variant.request = variant.compiled.create_infer_request();
    return variant;
}

Status OpenVinoEngine::prepare(std::shared_ptr<ov::Model> model, const EngineOptions& options) {
    try {
        if (model->inputs().size() != inputs_.size() || model->outputs().size() != outputs_.size())
            return Error{ErrorCode::invalid_argument,
                         "OpenVINO sees other inputs or outputs than the file declares"};
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            if (model->output(i).get_element_type() != theirs(outputs_[i].type))
                return Error{ErrorCode::invalid_argument,
                             "OpenVINO gives output '" + outputs_[i].name + "' as " +
                                 model->output(i).get_element_type().to_string()};
            outputs_[i] = refined(outputs_[i], model->output(i).get_partial_shape());
        }
        if (batch_ == 0) {
            open_model_ = model->clone();
            set_batch_of_one(*model);
        }
        main_ = compile(model);
        const auto precision = main_->compiled.get_property(ov::hint::inference_precision);
        if (const auto hint = hint_for(options.precision); hint && *hint != precision)
            return Error{ErrorCode::unavailable, "this machine's " + device_ + " computes in " +
                                                     precision.to_string() + ", not in " +
                                                     std::string{to_string(options.precision)} +
                                                     "; set precision to auto"};
        name_ = "openvino " + options.device + " " + precision.to_string();
    } catch (const std::exception& why) {
        return cannot_run(device_, why);
    }
    views_.resize(outputs_.size());
    return {};
}

OpenVinoEngine::Variant& OpenVinoEngine::variant_for(std::span<const TensorView> inputs) {
    bool single = true;
    for (const auto& input : inputs)
        single = single && input.shape.front() == 1;
    if (batch_ == 1 || single)
        return *main_;
    if (!any_batch_) {
        any_batch_ = compile(open_model_);
        open_model_.reset();
    }
    return *any_batch_;
}

void OpenVinoEngine::infer(Variant& variant, std::span<const TensorView> inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const TensorView& input = inputs[i];
        const ov::Tensor tensor{theirs(input.type),
                                ov::Shape{input.shape.begin(), input.shape.end()},
                                static_cast<const void*>(input.bytes.data())};
        variant.request.set_input_tensor(i, tensor);
    }
    variant.request.infer();
}

void OpenVinoEngine::collect(ov::InferRequest& request) {
    for (std::size_t i = 0; i < views_.size(); ++i) {
        const ov::Tensor tensor = request.get_output_tensor(i);
        const auto& shape = tensor.get_shape();
        views_[i].type = outputs_[i].type;
        views_[i].shape.assign(shape.begin(), shape.end());
        views_[i].bytes = {static_cast<const std::byte*>(tensor.data()), tensor.get_byte_size()};
    }
}

Result<std::span<const TensorView>> OpenVinoEngine::run(std::span<const TensorView> inputs) {
    VEDETTE_CHECK_OK(check_inputs(inputs, inputs_));
    try {
        Variant& variant = variant_for(inputs);
        infer(variant, inputs);
        collect(variant.request);
    } catch (const std::exception& why) {
        return Error{ErrorCode::unavailable, name_ + " failed: " + reason(why)};
    }
    return std::span<const TensorView>{views_};
}

} // namespace vedette::infer
