#include "onnx/onnx_model.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "onnx/weights.h"
#include "onnx/wire_reader.h"

// Field numbers are those of onnx.proto (Apache-2.0, github.com/onnx/onnx); only the few needed
// here.
namespace vedette::infer {
namespace {

constexpr std::int64_t kOldestOpset = 7;  // what ONNX Runtime and OpenVINO still promise to read
constexpr std::int64_t kNewestOpset = 28; // ONNX 1.23
constexpr std::size_t kMostDimensions = 8;
constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 31U; // protobuf's own limit
/// Of one input: 1 GiB of f32. Beyond it a header of a few bytes would cost all memory.
constexpr std::size_t kMostInputNumbers = std::size_t{1} << 28U;

Error no_model(const std::string& why) { return {ErrorCode::data_loss, why}; }

struct NamedElementType {
    std::uint64_t number;
    std::string_view name;
};
// TensorProto.DataType of the kinds that we don't take, for the message.
constexpr std::array kRefusedTypes{
    NamedElementType{3, "int8"},     NamedElementType{8, "string"},
    NamedElementType{9, "bool"},     NamedElementType{10, "float16"},
    NamedElementType{11, "float64"}, NamedElementType{16, "bfloat16"}};

Result<ElementType> element_type(std::uint64_t number, const std::string& tensor) {
    switch (number) {
    case 1: return ElementType::f32;
    case 2: return ElementType::u8;
    case 6: return ElementType::i32;
    case 7: return ElementType::i64;
    default: break;
    }
    std::string name = "type " + std::to_string(number);
    for (const auto& refused : kRefusedTypes)
        if (refused.number == number)
            name = refused.name;
    return Error{ErrorCode::invalid_argument,
                 "tensor '" + tensor + "' holds " + name +
                     "; inputs and outputs must be float32, uint8, int32 or int64"};
}

/// TensorShapeProto
Shape parse_shape(std::span<const std::byte> message, bool& ok) {
    Shape shape;
    WireReader dimensions{message};
    while (const auto dimension = dimensions.next()) {
        if (dimension->number != 1)
            continue;
        std::int64_t length = -1;
        WireReader parts{dimension->bytes};
        while (const auto part = parts.next())
            if (part->number == 1 && static_cast<std::int64_t>(part->value) > 0)
                length = static_cast<std::int64_t>(part->value);
        ok = ok && parts.ok();
        shape.push_back(length);
    }
    ok = ok && dimensions.ok();
    return shape;
}

/// TypeProto.Tensor
Status parse_tensor_type(std::span<const std::byte> message, TensorSpec& spec) {
    std::uint64_t type = 0;
    bool ok = true;
    WireReader fields{message};
    while (const auto field = fields.next()) {
        if (field->number == 1)
            type = field->value;
        else if (field->number == 2)
            spec.shape = parse_shape(field->bytes, ok);
    }
    if (!ok || !fields.ok())
        return no_model("the type of tensor '" + spec.name + "' is damaged");
    VEDETTE_TRY(spec.type, element_type(type, spec.name));
    if (spec.shape.size() > kMostDimensions)
        return Error{ErrorCode::invalid_argument, "tensor '" + spec.name + "' has more than " +
                                                      std::to_string(kMostDimensions) +
                                                      " dimensions"};
    return {};
}

/// ValueInfoProto
Result<TensorSpec> parse_value(std::span<const std::byte> message) {
    TensorSpec spec{.name = {}, .type = ElementType::f32, .shape = {-1}};
    std::span<const std::byte> type;
    WireReader fields{message};
    while (const auto field = fields.next()) {
        if (field->number == 1)
            spec.name = field->text();
        else if (field->number == 2)
            type = field->bytes;
    }
    WireReader kinds{type};
    while (const auto kind = kinds.next()) {
        if (kind->number != 1)
            return Error{ErrorCode::invalid_argument, "'" + spec.name + "' is no plain tensor"};
        VEDETTE_CHECK_OK(parse_tensor_type(kind->bytes, spec));
    }
    if (!fields.ok() || !kinds.ok() || spec.name.empty())
        return no_model("the description of an input or output is damaged");
    return spec;
}

bool is_quantised_operator(std::string_view op) {
    static constexpr std::array kOperators{
        std::string_view{"QuantizeLinear"}, std::string_view{"DequantizeLinear"},
        std::string_view{"QLinearConv"},    std::string_view{"QLinearMatMul"},
        std::string_view{"ConvInteger"},    std::string_view{"MatMulInteger"}};
    return std::find(kOperators.begin(), kOperators.end(), op) != kOperators.end();
}

/// AttributeProto: a constant's numbers are weights as well.
Status check_attribute(std::span<const std::byte> message) {
    WireReader fields{message};
    while (const auto field = fields.next())
        if (field->number == 5)
            VEDETTE_CHECK_OK(check_weights(field->bytes));
    return {};
}

/// NodeProto
Status parse_node(std::span<const std::byte> message, OnnxModel& model) {
    WireReader fields{message};
    while (const auto field = fields.next())
        if (field->number == 4)
            model.quantised = model.quantised || is_quantised_operator(field->text());
        else if (field->number == 5)
            VEDETTE_CHECK_OK(check_attribute(field->bytes));
    return {};
}

/// Whether the lengths that are fixed leave an input of a size that can be had.
Status check_input_size(const TensorSpec& input) {
    Shape fixed = input.shape;
    std::erase_if(fixed, [](std::int64_t length) { return length < 0; });
    const std::size_t numbers = element_count(fixed); // 0 where it overflows
    if (numbers == 0 || numbers > kMostInputNumbers)
        return Error{ErrorCode::invalid_argument,
                     "input '" + input.name + "' (" + to_string(input.shape) +
                         ") is larger than any picture; export the model for a smaller one"};
    return {};
}

struct Graph {
    std::size_t nodes = 0;
    std::set<std::string, std::less<>> weights;
};

Status parse_graph(std::span<const std::byte> message, OnnxModel& model) {
    Graph graph;
    WireReader fields{message};
    while (const auto field = fields.next()) {
        if (field->number == 1) {
            ++graph.nodes;
            VEDETTE_CHECK_OK(parse_node(field->bytes, model));
        } else if (field->number == 5) {
            VEDETTE_TRY(auto name, check_weights(field->bytes));
            graph.weights.insert(std::move(name));
        } else if (field->number == 11 || field->number == 12) {
            VEDETTE_TRY(auto value, parse_value(field->bytes));
            (field->number == 11 ? model.inputs : model.outputs).push_back(std::move(value));
        }
    }
    if (!fields.ok() || graph.nodes == 0)
        return no_model("its graph is empty or damaged");
    std::erase_if(model.inputs,
                  [&](const TensorSpec& input) { return graph.weights.contains(input.name); });
    if (model.inputs.empty() || model.outputs.empty())
        return no_model("its graph has no input or no output");
    for (const TensorSpec& input : model.inputs)
        VEDETTE_CHECK_OK(check_input_size(input));
    return {};
}

/// OperatorSetIdProto; the default domain alone matters here.
void parse_opset(std::span<const std::byte> message, OnnxModel& model) {
    std::string_view domain;
    std::uint64_t version = 0;
    WireReader fields{message};
    while (const auto field = fields.next()) {
        if (field->number == 1)
            domain = field->text();
        else if (field->number == 2)
            version = field->value;
    }
    if (domain.empty() || domain == "ai.onnx")
        model.opset = static_cast<std::int64_t>(version);
}

Status check_opset(std::int64_t opset) {
    if (opset >= kOldestOpset && opset <= kNewestOpset)
        return {};
    return Error{ErrorCode::invalid_argument,
                 "it uses operator set " + std::to_string(opset) + "; " +
                     std::to_string(kOldestOpset) + " to " + std::to_string(kNewestOpset) +
                     " are understood: export it again with one of these"};
}

Result<std::vector<std::byte>> read_all(const std::filesystem::path& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status))
        return Error{ErrorCode::not_found, "no such file"};
    if (!std::filesystem::is_regular_file(status))
        return Error{ErrorCode::invalid_argument, "it is not a file"};
    const auto size = std::filesystem::file_size(file, error);
    std::ifstream in{file, std::ios::binary};
    if (error || !in)
        return Error{ErrorCode::permission_denied, "it cannot be read"};
    if (size > kMostBytes)
        return Error{ErrorCode::invalid_argument,
                     "it is larger than 2 GiB, which no ONNX file of one piece can be"};
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (in.gcount() != static_cast<std::streamsize>(bytes.size()))
        return Error{ErrorCode::data_loss, "it became shorter while it was read"};
    return bytes;
}

} // namespace

int OnnxModel::batch() const noexcept {
    const bool open = std::all_of(inputs.begin(), inputs.end(), [](const TensorSpec& input) {
        return !input.shape.empty() && input.shape.front() < 0;
    });
    return open ? 0 : 1;
}

Result<OnnxModel> inspect_onnx(std::span<const std::byte> bytes) {
    if (bytes.empty())
        return no_model("it is empty");
    OnnxModel model;
    bool has_version = false;
    std::span<const std::byte> graph;
    WireReader fields{bytes};
    while (const auto field = fields.next()) {
        if (field->number == 1)
            has_version = field->value > 0;
        else if (field->number == 7)
            graph = field->bytes;
        else if (field->number == 8)
            parse_opset(field->bytes, model);
    }
    if (!fields.ok())
        return no_model(has_version ? "it is an ONNX model that is cut short or damaged"
                                    : "it is no ONNX model");
    if (!has_version || graph.empty())
        return no_model("it is no ONNX model");
    VEDETTE_CHECK_OK(check_opset(model.opset));
    VEDETTE_CHECK_OK(parse_graph(graph, model));
    return model;
}

Result<OnnxFile> read_onnx_file(const std::filesystem::path& file) {
    const auto doing = "model " + file.string();
    auto bytes = read_all(file);
    if (!bytes)
        return std::move(bytes).error().with_context(doing);
    auto model = inspect_onnx(*bytes);
    if (!model)
        return std::move(model).error().with_context(doing);
    return OnnxFile{std::move(*model), std::move(*bytes)};
}

} // namespace vedette::infer
