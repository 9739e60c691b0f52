#include "onnx/fold_space_to_depth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "onnx/graph.h"
#include "onnx/onnx_model.h"
#include "onnx/wire_reader.h"
#include "test_support.h"

namespace vedette::infer {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

OnnxGraph graph_of(std::span<const std::byte> model) {
    WireReader fields{model};
    while (const auto field = fields.next())
        if (field->number == 7)
            return parse_onnx_graph(field->bytes).value_or(OnnxGraph{});
    return {};
}

std::vector<std::string> operators_of(std::span<const std::byte> model) {
    std::vector<std::string> out;
    for (const OnnxNode& node : graph_of(model).nodes)
        out.emplace_back(node.op);
    return out;
}

TEST(FoldSpaceToDepth, LeavesOneConvolutionOfThePicture) {
    const auto model = read_bytes(test_model("blocks"));
    const auto folded = fold_space_to_depth(model);
    ASSERT_TRUE(folded);
    EXPECT_THAT(operators_of(*folded), ElementsAre("Conv", "Relu"));
    const OnnxGraph graph = graph_of(*folded);
    const OnnxNode& conv = graph.nodes.front();
    EXPECT_THAT(conv.inputs, ElementsAre("picture", "weights/of_blocks_of_2x2", "bias"));
    EXPECT_THAT(ints_of(conv, "strides", {}), ElementsAre(2, 2));
    const auto weights = parse_floats(graph.constants.at(conv.inputs[1]));
    ASSERT_TRUE(weights);
    EXPECT_THAT(weights->shape, ElementsAre(4, 3, 6, 6));
    const auto about = inspect_onnx(*folded);
    ASSERT_TRUE(about) << about.error().message();
    EXPECT_EQ(about->inputs, inspect_onnx(model)->inputs);
    EXPECT_EQ(about->outputs, inspect_onnx(model)->outputs);
}

TEST(FoldSpaceToDepth, KeepsWhatOthersNeed) {
    const auto folded = fold_space_to_depth(read_bytes(test_model("blocks_shared")));
    ASSERT_TRUE(folded);
    EXPECT_THAT(operators_of(*folded), Contains("Concat"));
    EXPECT_THAT(operators_of(*folded), Contains("Slice").Times(8));
}

TEST(FoldSpaceToDepth, LeavesOtherModelsAlone) {
    for (const auto* name : {"blocks_unpadded", "conv", "bench_conv", "dynamic_batch", "quantised"})
        EXPECT_FALSE(fold_space_to_depth(read_bytes(test_model(name)))) << name;
    const auto folded = fold_space_to_depth(read_bytes(test_model("blocks")));
    ASSERT_TRUE(folded);
    EXPECT_FALSE(fold_space_to_depth(*folded)) << "it is done once";
}

TEST(FoldSpaceToDepth, LeavesDamagedModelsAlone) {
    const auto whole = read_bytes(test_model("blocks"));
    constexpr std::size_t kOperatorSet = 6; // the last field, of which the graph knows nothing
    for (std::size_t length = 0; length + kOperatorSet < whole.size(); ++length)
        EXPECT_FALSE(fold_space_to_depth(std::span{whole}.first(length))) << length;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] ^= std::byte{0xFF};
        const auto folded = fold_space_to_depth(damaged);
        EXPECT_TRUE(!folded || !operators_of(*folded).empty()) << at;
    }
}

} // namespace
} // namespace vedette::infer
