#include "onnx/with_input_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx/onnx_model.h"
#include "test_support.h"

namespace vedette::infer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(WithInputShape, SetsTheInputAndOpensTheOutputs) {
    const auto resized = with_input_shape(read_bytes(test_model("conv")), {-1, -1, 4, 16});
    ASSERT_TRUE(resized) << resized.error().message();
    const auto about = inspect_onnx(*resized);
    ASSERT_TRUE(about) << about.error().message();
    EXPECT_THAT(about->inputs.front().shape, ElementsAre(1, 3, 4, 16));
    EXPECT_THAT(about->outputs.front().shape, ElementsAre(1, -1, -1, -1));
    EXPECT_EQ(about->inputs.front().name, "picture");
    EXPECT_EQ(about->opset, 11);
}

TEST(WithInputShape, LeavesABatchOpenThatIsOpen) {
    const auto resized = with_input_shape(read_bytes(test_model("dynamic_batch")), {-1, 4});
    ASSERT_TRUE(resized) << resized.error().message();
    EXPECT_EQ(inspect_onnx(*resized)->batch(), 0);
}

TEST(WithInputShape, RefusesAnotherNumberOfDimensions) {
    const auto resized = with_input_shape(read_bytes(test_model("conv")), {-1, 4, 4});
    ASSERT_FALSE(resized);
    EXPECT_EQ(resized.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(resized.error().message(), HasSubstr("'picture' (1x3x8x8)"));
}

TEST(WithInputShape, SurvivesDamagedModels) {
    const auto whole = read_bytes(test_model("conv"));
    for (std::size_t length = 0; length < whole.size(); ++length)
        if (const auto resized = with_input_shape(std::span{whole}.first(length), {-1, -1, 4, 4})) {
            EXPECT_FALSE(resized->empty()) << length;
        }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] ^= std::byte{0xFF};
        if (const auto resized = with_input_shape(damaged, {-1, -1, 4, 4})) {
            EXPECT_FALSE(resized->empty()) << at;
        }
    }
}

} // namespace
} // namespace vedette::infer
