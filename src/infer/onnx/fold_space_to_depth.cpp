#include "onnx/fold_space_to_depth.h"

#include <array>
#include <set>
#include <string>
#include <utility>

#include "onnx/graph.h"
#include "onnx/wire_reader.h"
#include "onnx/wire_writer.h"

// Field numbers are those of onnx.proto (Apache-2.0, github.com/onnx/onnx).
namespace vedette::infer {
namespace {

using Bytes = std::span<const std::byte>;
using Ints = std::vector<std::int64_t>;

constexpr std::int64_t kToTheEnd = std::int64_t{1} << 30; // how exporters say so, and beyond
constexpr std::uint64_t kInitializersNeedNoInput = 4;     // from this version of the form on

/// Which pixels of the 2x2 blocks of `source` a tensor holds.
struct Corner {
    std::string_view source;
    int y = -1;
    int x = -1;
};

/// \return false if the node takes anything but every second row or column.
bool take_slice(const OnnxGraph& graph, const OnnxNode& slice, Corner& corner) {
    if (slice.inputs.size() != 5)
        return false;
    const auto starts = graph.integers(slice.inputs[1]);
    const auto ends = graph.integers(slice.inputs[2]);
    const auto axes = graph.integers(slice.inputs[3]);
    const auto steps = graph.integers(slice.inputs[4]);
    if (!starts || !ends || !axes || !steps || starts->size() != axes->size() ||
        ends->size() != axes->size() || steps->size() != axes->size())
        return false;
    for (std::size_t i = 0; i < axes->size(); ++i) {
        const std::int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + 4 : (*axes)[i];
        int* const at = axis == 2 ? &corner.y : axis == 3 ? &corner.x : nullptr;
        const std::int64_t start = (*starts)[i];
        if (at == nullptr || *at != -1 || (*steps)[i] != 2 || start < 0 || start > 1 ||
            (*ends)[i] < kToTheEnd)
            return false;
        *at = static_cast<int>(start);
    }
    corner.source = slice.inputs[0];
    return true;
}

std::optional<Corner> corner_of(const OnnxGraph& graph, std::string_view tensor) {
    Corner corner{.source = tensor};
    while (corner.y < 0 || corner.x < 0) {
        const OnnxNode* const node = graph.producer_of(corner.source);
        if (node == nullptr || node->op != "Slice" || !take_slice(graph, *node, corner))
            return std::nullopt;
    }
    return corner;
}

/// The four corners in the order of the channels, if that is what the tensor is put together from.
std::optional<std::array<Corner, 4>> corners_in(const OnnxGraph& graph, std::string_view tensor) {
    const OnnxNode* const concat = graph.producer_of(tensor);
    if (concat == nullptr || concat->op != "Concat" || concat->inputs.size() != 4)
        return std::nullopt;
    const Ints axis = ints_of(*concat, "axis", {});
    if (axis != Ints{1} && axis != Ints{-3})
        return std::nullopt;
    std::array<Corner, 4> corners;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto corner = corner_of(graph, concat->inputs[i]);
        if (!corner || (i > 0 && corner->source != corners.front().source))
            return std::nullopt;
        corners[i] = *corner;
    }
    return corners;
}

bool is_plain_3x3(const OnnxNode& node) {
    return node.op == "Conv" && (node.inputs.size() == 2 || node.inputs.size() == 3) &&
           !node.attributes.contains("auto_pad") &&
           ints_of(node, "kernel_shape", {3, 3}) == Ints{3, 3} &&
           ints_of(node, "strides", {1, 1}) == Ints{1, 1} &&
           ints_of(node, "dilations", {1, 1}) == Ints{1, 1} &&
           ints_of(node, "pads", {0, 0, 0, 0}) == Ints{1, 1, 1, 1} &&
           ints_of(node, "group", {1}) == Ints{1};
}

/// O x 4C x 3 x 3 over the blocks -> O x C x 6 x 6 over the pixels.
std::optional<FloatConstant> spread(const FloatConstant& weights,
                                    const std::array<Corner, 4>& corners) {
    if (weights.shape.size() != 4 || weights.shape[1] % 4 != 0 || weights.shape[2] != 3 ||
        weights.shape[3] != 3)
        return std::nullopt;
    const auto features = static_cast<std::size_t>(weights.shape[0]);
    const auto channels = static_cast<std::size_t>(weights.shape[1]) / 4;
    FloatConstant out{.shape = {weights.shape[0], weights.shape[1] / 4, 6, 6},
                      .values = std::vector<float>(features * channels * 36)};
    auto from = weights.values.begin();
    for (std::size_t feature = 0; feature < features; ++feature)
        for (const Corner& corner : corners)
            for (std::size_t channel = 0; channel < channels; ++channel)
                for (std::size_t tap = 0; tap < 9; ++tap, ++from) {
                    const std::size_t y = 2 * (tap / 3) + static_cast<std::size_t>(corner.y);
                    const std::size_t x = 2 * (tap % 3) + static_cast<std::size_t>(corner.x);
                    out.values[((feature * channels + channel) * 6 + y) * 6 + x] += *from;
                }
    return out;
}

/// A convolution that can be folded, and what it becomes.
struct Fold {
    std::size_t conv = 0; ///< index of the node
    std::string_view source;
    FloatConstant weights;
};

std::optional<Fold> fold_of(const OnnxGraph& graph, std::size_t index) {
    const OnnxNode& conv = graph.nodes[index];
    if (!is_plain_3x3(conv))
        return std::nullopt;
    const auto corners = corners_in(graph, conv.inputs[0]);
    const auto constant = graph.constants.find(conv.inputs[1]);
    if (!corners || constant == graph.constants.end())
        return std::nullopt;
    const auto weights = parse_floats(constant->second);
    auto folded = weights ? spread(*weights, *corners) : std::nullopt;
    if (!folded)
        return std::nullopt;
    return Fold{.conv = index, .source = corners->front().source, .weights = std::move(*folded)};
}

std::optional<Fold> find_fold(const OnnxGraph& graph) {
    for (const OnnxNode& node : graph.nodes)
        if (node.has_subgraph)
            return std::nullopt;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (auto fold = fold_of(graph, i))
            return fold;
    return std::nullopt;
}

/// The nodes that nobody needs once `tensor` has a user less.
std::set<std::size_t> orphaned(OnnxGraph& graph, std::string_view tensor) {
    std::set<std::size_t> gone;
    std::vector<std::string_view> released{tensor};
    while (!released.empty()) {
        const std::string_view name = released.back();
        released.pop_back();
        const auto producer = graph.producers.find(name);
        if (--graph.uses[name] > 0 || producer == graph.producers.end())
            continue;
        const OnnxNode& node = graph.nodes[producer->second];
        if (node.outputs.size() != 1)
            continue;
        gone.insert(producer->second);
        released.insert(released.end(), node.inputs.begin(), node.inputs.end());
    }
    return gone;
}

WireWriter ints_attribute(std::string_view name, std::int64_t each, int count) {
    constexpr std::uint64_t kInts = 7; // AttributeProto.AttributeType
    WireWriter out;
    out.text(1, name);
    for (int i = 0; i < count; ++i)
        out.number(8, static_cast<std::uint64_t>(each));
    out.number(20, kInts);
    return out;
}

WireWriter folded_node(const OnnxNode& conv, std::string_view source, std::string_view weights) {
    WireWriter out;
    out.text(1, source);
    out.text(1, weights);
    if (conv.inputs.size() == 3)
        out.text(1, conv.inputs[2]);
    out.text(2, conv.outputs[0]);
    out.text(3, conv.name);
    out.text(4, "Conv");
    out.message(5, ints_attribute("kernel_shape", 6, 2));
    out.message(5, ints_attribute("strides", 2, 2));
    out.message(5, ints_attribute("pads", 2, 4));
    return out;
}

WireWriter tensor(std::string_view name, const FloatConstant& constant) {
    constexpr std::uint64_t kFloat32 = 1;
    WireWriter out;
    for (const std::int64_t length : constant.shape)
        out.number(1, static_cast<std::uint64_t>(length));
    out.number(2, kFloat32);
    out.text(8, name);
    out.bytes(9, std::as_bytes(std::span{constant.values}));
    return out;
}

std::optional<WireWriter> fold_graph(Bytes message) {
    auto graph = parse_onnx_graph(message);
    const auto fold = graph ? find_fold(*graph) : std::nullopt;
    if (!fold)
        return std::nullopt;
    const OnnxNode& conv = graph->nodes[fold->conv];
    const std::string weights = std::string{conv.inputs[1]} + "/of_blocks_of_2x2";
    ++graph->uses[fold->source];
    const auto gone = orphaned(*graph, conv.inputs[0]);
    WireWriter out;
    std::size_t node = 0;
    WireReader fields{message};
    while (const auto field = fields.next()) {
        const bool is_node = field->number == 1;
        if (is_node && node == fold->conv)
            out.message(1, folded_node(conv, fold->source, weights));
        else if (!is_node || !gone.contains(node))
            out.copy(field->whole);
        node += is_node ? 1 : 0;
    }
    out.message(5, tensor(weights, fold->weights));
    return out;
}

} // namespace

std::optional<std::vector<std::byte>> fold_space_to_depth(Bytes model) {
    WireWriter out;
    bool folded = false;
    std::uint64_t version = 0;
    WireReader fields{model};
    while (const auto field = fields.next()) {
        version = field->number == 1 ? field->value : version;
        const auto graph = field->number == 7 ? fold_graph(field->bytes) : std::nullopt;
        if (graph)
            out.message(7, *graph);
        else
            out.copy(field->whole);
        folded = folded || graph;
    }
    if (!folded || !fields.ok() || version < kInitializersNeedNoInput)
        return std::nullopt;
    return out.take();
}

} // namespace vedette::infer
