#include "engine/io_check.h"

#include <charconv>
#include <utility>

#include "onnx/fold_space_to_depth.h"
#include "onnx/with_input_shape.h"

namespace vedette::infer {
namespace {

bool fits(const Shape& given, const Shape& wanted) {
    if (given.size() != wanted.size())
        return false;
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i] <= 0 || (wanted[i] >= 0 && given[i] != wanted[i]))
            return false;
    return true;
}

std::string describe(ElementType type, const Shape& shape) {
    return std::string{to_string(type)} + " " + to_string(shape);
}

Status resize(OnnxFile& model, const Shape& input) {
    VEDETTE_TRY(model.bytes, with_input_shape(model.bytes, input));
    VEDETTE_TRY(model.about, inspect_onnx(model.bytes));
    return {};
}

} // namespace

Status check_inputs(std::span<const TensorView> given, std::span<const TensorSpec> wanted) {
    if (given.size() != wanted.size())
        return Error{ErrorCode::invalid_argument,
                     "the model takes " + std::to_string(wanted.size()) + " inputs, not " +
                         std::to_string(given.size())};
    for (std::size_t i = 0; i < given.size(); ++i) {
        const TensorView& view = given[i];
        const TensorSpec& spec = wanted[i];
        if (view.type != spec.type || !fits(view.shape, spec.shape))
            return Error{ErrorCode::invalid_argument,
                         "input '" + spec.name + "' must be " + describe(spec.type, spec.shape) +
                             ", not " + describe(view.type, view.shape)};
        if (view.bytes.size() != element_count(view.shape) * size_bytes(view.type))
            return Error{ErrorCode::invalid_argument,
                         "input '" + spec.name + "' has " + std::to_string(view.bytes.size()) +
                             " bytes, which is not " + describe(view.type, view.shape)};
    }
    return {};
}

Result<OnnxFile> open_model(const std::filesystem::path& file, const EngineOptions& options) {
    if (options.threads < 1)
        return Error{ErrorCode::invalid_argument, "an inference needs at least one thread, not " +
                                                      std::to_string(options.threads)};
    VEDETTE_TRY(auto model, read_onnx_file(file));
    if (options.precision == Precision::int8 && !model.about.quantised)
        return Error{ErrorCode::invalid_argument,
                     "model " + file.string() +
                         ": precision int8 needs a model that was quantised; set it to auto"};
    if (!options.input_shape.empty())
        if (auto resized = resize(model, options.input_shape); !resized)
            return std::move(resized).error().with_context("model " + file.string());
    if (auto faster = fold_space_to_depth(model.bytes))
        model.bytes = std::move(*faster);
    return model;
}

std::string one_line(std::string_view message) {
    constexpr std::size_t kLongest = 300;
    std::string out;
    bool gap = false;
    for (const char c : message) {
        if (static_cast<unsigned char>(c) <= ' ') {
            gap = !out.empty();
            continue;
        }
        if (out.size() + 2 > kLongest)
            return out + "...";
        if (gap)
            out += ' ';
        gap = false;
        out += c;
    }
    return out;
}

std::string_view to_string(Precision precision) noexcept {
    switch (precision) {
    case Precision::automatic: return "auto";
    case Precision::f32: return "f32";
    case Precision::bf16: return "bf16";
    case Precision::f16: return "f16";
    case Precision::int8: return "int8";
    }
    return "?";
}

Result<DeviceName> parse_device(std::string_view device) {
    constexpr int kMostDevices = 64;
    const auto colon = device.find(':');
    DeviceName name{.kind = std::string{device.substr(0, colon)}, .index = 0};
    if (!name.kind.empty() && colon == std::string_view::npos)
        return name;
    const std::string_view digits = colon == std::string_view::npos ? "" : device.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), name.index);
    if (name.kind.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
        name.index < 0 || name.index >= kMostDevices)
        return Error{ErrorCode::invalid_argument,
                     "device '" + std::string{device} +
                         "' is not understood; give cpu, gpu, npu, cuda:0 or the like"};
    return name;
}

} // namespace vedette::infer
