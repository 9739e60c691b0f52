#include "onnx/onnx_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx/weights.h"
#include "onnx/wire_reader.h"
#include "test_support.h"

namespace vedette::infer {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> out;
    for (const int value : values)
        out.push_back(static_cast<std::byte>(value));
    return out;
}

TEST(WireReader, ReadsEveryKindOfField) {
    const auto message = bytes_of(
        {0x08, 0x96, 0x01, 0x12, 0x02, 'h', 'i', 0x1D, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8});
    WireReader reader{message};
    const auto number = reader.next();
    ASSERT_TRUE(number);
    EXPECT_EQ(number->number, 1U);
    EXPECT_EQ(number->value, 150U);
    const auto text = reader.next();
    ASSERT_TRUE(text);
    EXPECT_EQ(text->text(), "hi");
    const auto fixed32 = reader.next();
    ASSERT_TRUE(fixed32);
    EXPECT_EQ(fixed32->bytes.size(), 4U);
    const auto fixed64 = reader.next();
    ASSERT_TRUE(fixed64);
    EXPECT_EQ(fixed64->bytes.size(), 8U);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.ok());
}

TEST(WireReader, StopsAtDamage) {
    const std::vector<std::vector<std::byte>> damaged{
        bytes_of({0x12, 0x05, 'h'}), // longer than the message
        bytes_of({0x08}),            // a number is missing
        bytes_of({0x00, 0x01}),      // field 0
        bytes_of({0x0B}),            // a group
        bytes_of(
            {0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}), // endless number
        bytes_of({0x12, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}),      // huge length
        bytes_of({0x1D, 1, 2})};
    for (const auto& message : damaged) {
        WireReader reader{message};
        EXPECT_FALSE(reader.next());
        EXPECT_FALSE(reader.ok());
        EXPECT_FALSE(reader.next()) << "the walk is over for good";
    }
}

TEST(Weights, AreRefusedWhenTheyAreFewerThanTheirShapeSays) {
    // dims 3 (one by one) or 3 (packed), type float32, name w, then the numbers
    const auto refused = [](std::initializer_list<int> message) {
        const auto name = check_weights(bytes_of(message));
        EXPECT_TRUE(!name || *name == "w");
        return !name && name.error().code() == ErrorCode::data_loss;
    };
    constexpr int kDims = 0x08;
    constexpr int kPackedDims = 0x0A;
    EXPECT_FALSE(
        refused({kDims, 1, kDims, 2, 0x10, 1, 0x42, 1, 'w', 0x22, 8, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_TRUE(
        refused({kDims, 1, kDims, 3, 0x10, 1, 0x42, 1, 'w', 0x22, 8, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_TRUE(
        refused({kPackedDims, 2, 2, 2, 0x10, 1, 0x42, 1, 'w', 0x4A, 8, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_FALSE(
        refused({kPackedDims, 1, 2, 0x10, 1, 0x42, 1, 'w', 0x4A, 8, 0, 0, 0, 0, 0, 0, 0, 0}));
    // int64: 300 and 1, packed; and not the field of its type
    EXPECT_FALSE(refused({kDims, 2, 0x10, 7, 0x42, 1, 'w', 0x3A, 3, 0xAC, 2, 1}));
    EXPECT_TRUE(refused({kDims, 3, 0x10, 7, 0x42, 1, 'w', 0x3A, 3, 0xAC, 2, 1}));
    EXPECT_TRUE(refused({kDims, 2, 0x10, 7, 0x42, 1, 'w', 0x2A, 3, 0xAC, 2, 1}));
    EXPECT_FALSE(refused({kDims, 0, 0x10, 1, 0x42, 1, 'w'})) << "no element needs no number";
}

TEST(OnnxModel, TellsInputsAndOutputsWithoutTheWeights) {
    const auto model = read_onnx_file(test_model("dynamic_batch"));
    ASSERT_TRUE(model) << model.error().message();
    EXPECT_EQ(model->about.inputs, (std::vector<TensorSpec>{{"rows", ElementType::f32, {-1, 4}}}));
    EXPECT_EQ(model->about.outputs,
              (std::vector<TensorSpec>{{"scores", ElementType::f32, {-1, 2}}}));
    EXPECT_EQ(model->about.opset, 11);
    EXPECT_EQ(model->about.batch(), 0);
    EXPECT_FALSE(model->about.quantised);
}

TEST(OnnxModel, KnowsABatchThatIsFixed) {
    const auto model = read_onnx_file(test_model("bytes_nhwc"));
    ASSERT_TRUE(model) << model.error().message();
    EXPECT_EQ(model->about.batch(), 1);
    EXPECT_EQ(model->about.inputs.front().type, ElementType::u8);
}

TEST(OnnxModel, RecognisesAQuantisedModel) {
    const auto model = read_onnx_file(test_model("quantised"));
    ASSERT_TRUE(model) << model.error().message();
    EXPECT_TRUE(model->about.quantised);
}

TEST(OnnxModel, NamesTheFileInEveryError) {
    for (const auto* name : {"opset_99", "half_floats", "external_weights", "no_such_model"}) {
        const auto model = read_onnx_file(test_model(name));
        ASSERT_FALSE(model) << name;
        EXPECT_THAT(model.error().message(), HasSubstr(std::string{name} + ".onnx"));
    }
}

/// A protobuf field of bytes. \pre fewer than 128 of them
std::string field(int number, const std::string& bytes) {
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}

/// An open length for 0.
std::string dimension(std::uint64_t length) {
    std::string digits;
    for (; length >= 0x80; length >>= 7U)
        digits += static_cast<char>((length & 0x7FU) | 0x80U);
    digits += static_cast<char>(length);
    return field(1, length == 0 && digits.size() == 1 ? "" : "\x08" + digits);
}

std::string value(const std::string& name, const std::string& dimensions) {
    const std::string tensor = "\x08\x01" + field(2, dimensions); // float32
    return field(1, name) + field(2, field(1, tensor));
}

/// A model of one operator whose input has these dimensions.
Result<OnnxModel> model_with_input(const std::string& dimensions) {
    const std::string graph = field(1, field(4, "Relu")) + field(11, value("x", dimensions)) +
                              field(12, value("y", dimension(1)));
    const std::string text =
        std::string{"\x08\x06"} + field(7, graph) + field(8, std::string{"\x10\x0b"});
    return inspect_onnx(std::as_bytes(std::span{text}));
}

TEST(OnnxModel, RefusesAnInputThatNoMemoryHolds) {
    const auto fits = model_with_input(dimension(0) + dimension(3) + dimension(8192));
    ASSERT_TRUE(fits) << fits.error().message();
    EXPECT_EQ(fits->inputs.front().shape, (Shape{-1, 3, 8192}));
    for (const auto& dimensions :
         {dimension(std::uint64_t{1} << 40U), dimension(0) + dimension((1U << 28U) + 1),
          dimension(std::uint64_t{1} << 62U) + dimension(std::uint64_t{1} << 62U)}) {
        const auto refused = model_with_input(dimensions);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(refused.error().message(), HasSubstr("'x'"));
    }
}

TEST(OnnxModel, RefusesAFileThatIsTooLargeWithoutReadingIt) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "huge.onnx";
    write_bytes(file, {});
    std::error_code failed;
    std::filesystem::resize_file(file, std::uintmax_t{5} << 30U, failed); // holes take no room
    if (failed)
        GTEST_SKIP() << "this file system has no room for a hole: " << failed.message();
    const auto model = read_onnx_file(file);
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(model.error().message(), HasSubstr("2 GiB"));
}

TEST(OnnxModel, NeverTakesAFileThatWasCut) {
    const auto whole = read_bytes(test_model("two_outputs"));
    ASSERT_TRUE(inspect_onnx(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto model = inspect_onnx(std::span{whole}.first(length));
        ASSERT_FALSE(model) << length;
        EXPECT_TRUE(model.error().code() == ErrorCode::data_loss ||
                    model.error().code() == ErrorCode::invalid_argument);
    }
}

TEST(Tensor, CountsElementsWithoutOverflow) {
    EXPECT_EQ(element_count({}), 1U);
    EXPECT_EQ(element_count({2, 3, 4}), 24U);
    EXPECT_EQ(element_count({2, -1}), 0U);
    EXPECT_EQ(element_count({2, 0}), 0U);
    EXPECT_EQ(element_count({1LL << 40, 1LL << 40}), 0U);
    EXPECT_EQ(to_string(Shape{1, -1, 4}), "1x?x4");
    EXPECT_EQ(to_string(Shape{}), "scalar");
}

} // namespace
} // namespace vedette::infer
