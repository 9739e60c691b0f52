#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vedette::infer {

/// One operation of an ONNX graph (NodeProto). Everything points into the model's bytes.
struct OnnxNode {
    std::string_view name;
    std::string_view op; ///< empty for operators beyond the standard's own domain
    std::vector<std::string_view> inputs;
    std::vector<std::string_view> outputs;
    std::map<std::string_view, std::span<const std::byte>> attributes; ///< AttributeProto, by name
    bool has_subgraph = false; ///< of a loop or a branch, which may use any tensor by its name
};

/// The parts of an ONNX graph (GraphProto) that a rewriting has to know.
struct OnnxGraph {
    std::vector<OnnxNode> nodes;                                      ///< in their order
    std::map<std::string_view, std::span<const std::byte>> constants; ///< TensorProto, by name
    std::map<std::string_view, std::size_t> producers; ///< tensor -> the node that gives it
    std::map<std::string_view, int> uses;              ///< by nodes and as an output of the graph

    /// \return null for an input, a weight and an unknown name.
    [[nodiscard]] const OnnxNode* producer_of(std::string_view tensor) const;
    /// The numbers of a constant of integers; nothing if it is none.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(std::string_view tensor) const;
};

/// \return nothing for what is damaged.
std::optional<OnnxGraph> parse_onnx_graph(std::span<const std::byte> message);

/// A constant of float32 (TensorProto).
struct FloatConstant {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};
/// \return nothing if it holds anything else, or not as many numbers as its shape says.
std::optional<FloatConstant> parse_floats(std::span<const std::byte> tensor);

/// The integers of an attribute; `otherwise` where the node does not have it.
[[nodiscard]] std::vector<std::int64_t> ints_of(const OnnxNode& node, std::string_view attribute,
                                                std::vector<std::int64_t> otherwise);

} // namespace vedette::infer
