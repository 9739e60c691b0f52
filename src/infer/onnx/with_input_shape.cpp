#include "onnx/with_input_shape.h"

#include <string>
#include <string_view>

#include "onnx/onnx_model.h"
#include "onnx/wire_reader.h"
#include "onnx/wire_writer.h"

// Field numbers are those of onnx.proto (Apache-2.0, github.com/onnx/onnx).
namespace vedette::infer {
namespace {

using Bytes = std::span<const std::byte>;

/// One change to one field of a message; every other field stays as it is written.
template <class Change>
WireWriter rewrite(Bytes message, std::uint32_t number, const Change& change) {
    WireWriter out;
    WireReader fields{message};
    while (const auto field = fields.next())
        if (field->number == number)
            change(*field, out);
        else
            out.copy(field->whole);
    return out;
}

/// TensorShapeProto of an input
WireWriter set_to(Bytes message, const Shape& shape) {
    std::size_t at = 0;
    return rewrite(message, 1, [&](const WireReader::Field& dimension, WireWriter& out) {
        const std::int64_t length = at < shape.size() ? shape[at] : -1;
        ++at;
        if (length < 0)
            return out.copy(dimension.whole);
        WireWriter fixed;
        fixed.number(1, static_cast<std::uint64_t>(length));
        out.message(1, fixed);
    });
}

/// TensorShapeProto of an output: the batch stays, the rest is open.
WireWriter opened(Bytes message) {
    bool is_batch = true;
    return rewrite(message, 1, [&](const WireReader::Field& dimension, WireWriter& out) {
        if (is_batch)
            out.copy(dimension.whole);
        else
            out.message(1, WireWriter{});
        is_batch = false;
    });
}

/// ValueInfoProto with its shape changed
template <class Change>
WireWriter value_with(Bytes message, const Change& change) {
    const auto tensor = [&](const WireReader::Field& shape, WireWriter& out) {
        out.message(2, change(shape.bytes));
    };
    const auto type = [&](const WireReader::Field& kind, WireWriter& out) {
        out.message(1, rewrite(kind.bytes, 2, tensor));
    };
    return rewrite(message, 2, [&](const WireReader::Field& what, WireWriter& out) {
        out.message(2, rewrite(what.bytes, 1, type));
    });
}

std::string_view name_of(Bytes value) {
    WireReader fields{value};
    while (const auto field = fields.next())
        if (field->number == 1)
            return field->text();
    return {};
}

/// GraphProto
WireWriter graph_with(Bytes message, std::string_view input, const Shape& shape) {
    constexpr std::uint32_t kInput = 11;
    constexpr std::uint32_t kOutput = 12;
    constexpr std::uint32_t kWithin = 13;
    WireWriter out;
    WireReader fields{message};
    while (const auto field = fields.next())
        if (field->number == kInput && name_of(field->bytes) == input)
            out.message(kInput,
                        value_with(field->bytes, [&](Bytes old) { return set_to(old, shape); }));
        else if (field->number == kOutput)
            out.message(kOutput, value_with(field->bytes, opened));
        else if (field->number != kWithin)
            out.copy(field->whole);
    return out;
}

} // namespace

Result<std::vector<std::byte>> with_input_shape(Bytes model, const Shape& shape) {
    VEDETTE_TRY(const OnnxModel about, inspect_onnx(model));
    const TensorSpec& input = about.inputs.front();
    if (input.shape.size() != shape.size())
        return Error{ErrorCode::invalid_argument,
                     "input '" + input.name + "' (" + to_string(input.shape) + ") cannot be made " +
                         to_string(shape) + ": they differ in the number of dimensions"};
    constexpr std::uint32_t kGraph = 7;
    return rewrite(model, kGraph,
                   [&](const WireReader::Field& graph, WireWriter& out) {
                       out.message(kGraph, graph_with(graph.bytes, input.name, shape));
                   })
        .take();
}

} // namespace vedette::infer
