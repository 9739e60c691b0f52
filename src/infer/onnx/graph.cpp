#include "onnx/graph.h"

#include <bit>
#include <cstring>
#include <string>

#include "onnx/wire_reader.h"

// Field numbers are those of onnx.proto (Apache-2.0, github.com/onnx/onnx).
namespace vedette::infer {
namespace {

using Bytes = std::span<const std::byte>;
static_assert(std::endian::native == std::endian::little, "ONNX keeps raw numbers so");

/// A repeated field of integers, packed or not.
void add_integers(const WireReader::Field& field, std::vector<std::int64_t>& to) {
    if (field.is_number) {
        to.push_back(static_cast<std::int64_t>(field.value));
        return;
    }
    WireReader packed{field.bytes};
    while (const auto number = packed.number())
        to.push_back(static_cast<std::int64_t>(*number));
}

template <typename T>
void add_raw(Bytes bytes, auto& to) {
    for (; bytes.size() >= sizeof(T); bytes = bytes.subspan(sizeof(T))) {
        T value;
        std::memcpy(&value, bytes.data(), sizeof(T));
        to.push_back(value);
    }
}

bool add_attribute(Bytes message, OnnxNode& node) {
    std::string_view name;
    WireReader fields{message};
    while (const auto field = fields.next())
        if (field->number == 1)
            name = field->text();
        else if (field->number == 6 || field->number == 11)
            node.has_subgraph = true;
    node.attributes[name] = message;
    return fields.ok();
}

std::optional<OnnxNode> parse_node(Bytes message) {
    OnnxNode node;
    std::string_view domain;
    bool ok = true;
    WireReader fields{message};
    while (const auto field = fields.next())
        switch (field->number) {
        case 1: node.inputs.push_back(field->text()); break;
        case 2: node.outputs.push_back(field->text()); break;
        case 3: node.name = field->text(); break;
        case 4: node.op = field->text(); break;
        case 5: ok = add_attribute(field->bytes, node) && ok; break;
        case 7: domain = field->text(); break;
        default: break;
        }
    if (!domain.empty() && domain != "ai.onnx")
        node.op = {};
    return ok && fields.ok() ? std::optional{std::move(node)} : std::nullopt;
}

/// The first field of that number in a message, as bytes.
Bytes field_of(Bytes message, std::uint32_t number) {
    WireReader fields{message};
    while (const auto field = fields.next())
        if (field->number == number)
            return field->bytes;
    return {};
}

std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void add_node(OnnxNode node, OnnxGraph& graph) {
    for (const auto input : node.inputs)
        ++graph.uses[input];
    for (const auto output : node.outputs)
        graph.producers[output] = graph.nodes.size();
    if (node.op == "Constant" && !node.outputs.empty())
        if (const auto value = node.attributes.find("value"); value != node.attributes.end())
            graph.constants[node.outputs.front()] = field_of(value->second, 5);
    graph.nodes.push_back(std::move(node));
}

} // namespace

const OnnxNode* OnnxGraph::producer_of(std::string_view tensor) const {
    const auto found = producers.find(tensor);
    return found == producers.end() ? nullptr : &nodes[found->second];
}

std::optional<std::vector<std::int64_t>> OnnxGraph::integers(std::string_view tensor) const {
    const auto found = constants.find(tensor);
    if (found == constants.end())
        return std::nullopt;
    constexpr std::uint64_t kInt32 = 6;
    constexpr std::uint64_t kInt64 = 7;
    std::uint64_t type = 0;
    std::vector<std::int64_t> values;
    Bytes raw;
    WireReader fields{found->second};
    while (const auto field = fields.next())
        switch (field->number) {
        case 2: type = field->value; break;
        case 5:
        case 7: add_integers(*field, values); break;
        case 9: raw = field->bytes; break;
        default: break;
        }
    if (type == kInt64)
        add_raw<std::int64_t>(raw, values);
    else if (type == kInt32)
        add_raw<std::int32_t>(raw, values);
    else
        return std::nullopt;
    return fields.ok() ? std::optional{std::move(values)} : std::nullopt;
}

std::optional<OnnxGraph> parse_onnx_graph(Bytes message) {
    OnnxGraph graph;
    WireReader fields{message};
    while (const auto field = fields.next()) {
        if (field->number == 1) {
            auto node = parse_node(field->bytes);
            if (!node)
                return std::nullopt;
            add_node(std::move(*node), graph);
        } else if (field->number == 5) {
            graph.constants[text_of(field_of(field->bytes, 8))] = field->bytes;
        } else if (field->number == 12) {
            ++graph.uses[text_of(field_of(field->bytes, 1))];
        }
    }
    return fields.ok() ? std::optional{std::move(graph)} : std::nullopt;
}

std::optional<FloatConstant> parse_floats(Bytes tensor) {
    constexpr std::uint64_t kFloat32 = 1;
    FloatConstant out;
    std::uint64_t type = 0;
    WireReader fields{tensor};
    while (const auto field = fields.next())
        switch (field->number) {
        case 1: add_integers(*field, out.shape); break;
        case 2: type = field->value; break;
        case 4:
        case 9: add_raw<float>(field->bytes, out.values); break;
        default: break;
        }
    std::size_t count = 1;
    for (const std::int64_t length : out.shape) {
        if (length < 1 || count > out.values.size() / static_cast<std::size_t>(length))
            return std::nullopt;
        count *= static_cast<std::size_t>(length);
    }
    const bool whole = fields.ok() && type == kFloat32 && count == out.values.size();
    return whole ? std::optional{std::move(out)} : std::nullopt;
}

std::vector<std::int64_t> ints_of(const OnnxNode& node, std::string_view attribute,
                                  std::vector<std::int64_t> otherwise) {
    const auto found = node.attributes.find(attribute);
    if (found == node.attributes.end())
        return otherwise;
    std::vector<std::int64_t> values;
    WireReader fields{found->second};
    while (const auto field = fields.next())
        if (field->number == 3 || field->number == 8)
            add_integers(*field, values);
    return values;
}

} // namespace vedette::infer
