#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

#include "test_support.h"
#include "vedette/infer/engine.h"

// The definition of a back-end: each one that this build carries must pass. What a back-end may
// refuse (OpenCV takes f32 alone) it must refuse when the model is loaded, saying why.
namespace vedette::infer {
namespace {

using ::testing::FloatEq;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

std::vector<std::string> builtin_names() {
    BackendRegistry registry;
    return register_builtin_backends(registry) ? registry.names() : std::vector<std::string>{};
}

const EngineOptions kExact{
    .device = "cpu", .threads = 1, .precision = Precision::f32, .cache_dir = {}};

class EveryBackend : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override { ASSERT_TRUE(register_builtin_backends(registry_)); }

    Result<std::unique_ptr<Engine>> load(const std::filesystem::path& file,
                                         const EngineOptions& options = kExact) {
        return registry_.create(GetParam(), file, options);
    }
    std::unique_ptr<Engine> must_load(const std::string& model,
                                      const EngineOptions& options = kExact) {
        auto engine = load(test_model(model), options);
        EXPECT_TRUE(engine) << engine.error().message();
        return engine ? std::move(*engine) : nullptr;
    }
    [[nodiscard]] bool takes_only_floats() const { return GetParam() == "opencv"; }

    BackendRegistry registry_;
};

/// The same small multiples of 1/16 that make_models.py writes.
float weight(int i) { return static_cast<float>((i * 37) % 23 - 11) / 16.0F; }

std::vector<float> ramp(std::size_t count) {
    std::vector<float> numbers(count);
    for (std::size_t i = 0; i < count; ++i)
        numbers[i] = static_cast<float>((i * 13) % 31) / 8.0F - 1.5F;
    return numbers;
}

/// A convolution the slow way: 3x3 with our weights, padded by one, then no less than zero.
/// \param pixel  of the channel, row and column; asked only within `side`
std::vector<float> convolved(int channels, int side,
                             const std::function<float(int, int, int)>& pixel) {
    constexpr int kFeatures = 4;
    std::vector<float> out;
    for (int feature = 0; feature < kFeatures; ++feature)
        for (int at = 0; at < side * side; ++at) {
            float sum = weight(feature);
            for (int tap = 0; tap < 9 * channels; ++tap) {
                const int y = at / side + tap % 9 / 3 - 1;
                const int x = at % side + tap % 3 - 1;
                if (y >= 0 && x >= 0 && y < side && x < side)
                    sum += weight(feature * 9 * channels + tap) * pixel(tap / 9, y, x);
            }
            out.push_back(std::max(sum, 0.0F));
        }
    return out;
}

/// What conv.onnx gives for three planes of numbers.
std::vector<float> reference_convolution(const std::vector<float>& picture, int side = 8) {
    return convolved(3, side, [&](int channel, int y, int x) {
        return picture[static_cast<std::size_t>((channel * side + y) * side + x)];
    });
}

/// What blocks.onnx gives for them: the pixels of each 2x2 block, column by column, are channels.
std::vector<float> reference_blocks(const std::vector<float>& picture) {
    return convolved(12, 4, [&](int channel, int y, int x) {
        const int corner = channel / 3;
        const int row = 2 * y + corner % 2;
        const int column = 2 * x + corner / 2;
        return picture[static_cast<std::size_t>((channel % 3 * 8 + row) * 8 + column)];
    });
}

std::vector<float> reference_gemm(const std::vector<float>& rows) {
    std::vector<float> out;
    for (std::size_t row = 0; row < rows.size(); row += 4)
        for (int column = 0; column < 2; ++column) {
            float sum = weight(column);
            for (int i = 0; i < 4; ++i)
                sum += weight(column * 4 + i) * rows[row + static_cast<std::size_t>(i)];
            out.push_back(std::max(sum, 0.0F));
        }
    return out;
}

TEST_P(EveryBackend, AddsTwoInputs) {
    const auto engine = must_load("add");
    ASSERT_TRUE(engine);
    const std::vector<float> a{1, 2, 3, 4};
    const std::vector<float> b{0.5F, -2, 1e6F, 0};
    const std::vector<TensorView> inputs{view_of(a, {1, 4}), view_of(b, {1, 4})};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    ASSERT_EQ(outputs->size(), 1U);
    EXPECT_EQ(outputs->front().shape, (Shape{1, 4}));
    EXPECT_THAT(outputs->front().floats(), Pointwise(FloatEq(), {1.5F, 0.0F, 1000003.0F, 4.0F}));
}

TEST_P(EveryBackend, DescribesInputsAndOutputs) {
    const auto engine = must_load("two_outputs");
    ASSERT_TRUE(engine);
    EXPECT_EQ(engine->inputs(), (std::vector<TensorSpec>{{"x", ElementType::f32, {1, 4}}}));
    EXPECT_EQ(engine->outputs(),
              (std::vector<TensorSpec>{{"double", ElementType::f32, {1, 4}},
                                       {"plus_one", ElementType::f32, {1, 2, 2}}}));
    EXPECT_EQ(engine->batch(), 1);
    EXPECT_THAT(engine->name(), HasSubstr(GetParam() + " cpu f32"));
}

TEST_P(EveryBackend, GivesOutputsInTheModelsOrder) {
    const auto engine = must_load("two_outputs");
    ASSERT_TRUE(engine);
    const std::vector<float> x{1, 2, 3, 4};
    const std::vector<TensorView> inputs{view_of(x, {1, 4})};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    ASSERT_EQ(outputs->size(), 2U);
    EXPECT_THAT((*outputs)[0].floats(), Pointwise(FloatEq(), {2.0F, 4.0F, 6.0F, 8.0F}));
    EXPECT_EQ((*outputs)[1].shape, (Shape{1, 2, 2}));
    EXPECT_THAT((*outputs)[1].floats(), Pointwise(FloatEq(), {2.0F, 3.0F, 4.0F, 5.0F}));
}

TEST_P(EveryBackend, OpensAModelForAnotherSize) {
    EngineOptions options = kExact;
    options.input_shape = {-1, -1, 4, 4};
    const auto engine = must_load("conv", options);
    ASSERT_TRUE(engine);
    EXPECT_EQ(engine->inputs().front().shape, (Shape{1, 3, 4, 4}));
    const std::vector<float> picture = ramp(3 * 4 * 4);
    const std::vector<TensorView> inputs{view_of(picture, {1, 3, 4, 4})};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    EXPECT_EQ(outputs->front().shape, (Shape{1, 4, 4, 4}));
    EXPECT_THAT(outputs->front().floats(),
                Pointwise(FloatNear(1e-4F), reference_convolution(picture, 4)));
}

TEST_P(EveryBackend, RefusesASizeOfOtherDimensions) {
    EngineOptions options = kExact;
    options.input_shape = {4, 4};
    const auto engine = load(test_model("conv"), options);
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(engine.error().message(), HasSubstr("conv.onnx"));
}

TEST_P(EveryBackend, ConvolvesAsTheReferenceDoes) {
    const auto engine = must_load("conv");
    ASSERT_TRUE(engine);
    const auto picture = ramp(3 * 8 * 8);
    const std::vector<TensorView> inputs{view_of(picture, {1, 3, 8, 8})};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    EXPECT_EQ(outputs->front().shape, (Shape{1, 4, 8, 8}));
    EXPECT_THAT(outputs->front().floats(),
                Pointwise(FloatNear(1e-4F), reference_convolution(picture)));
}

TEST_P(EveryBackend, RunsAFoldedModelAsTheReferenceDoes) {
    const auto picture = ramp(3 * 8 * 8);
    const std::vector<TensorView> inputs{view_of(picture, {1, 3, 8, 8})};
    for (const auto* model : {"blocks", "blocks_shared"}) {
        const auto engine = must_load(model);
        ASSERT_TRUE(engine);
        const auto outputs = engine->run(inputs);
        ASSERT_TRUE(outputs) << outputs.error().message();
        EXPECT_EQ(outputs->front().shape, (Shape{1, 4, 4, 4}));
        EXPECT_THAT(outputs->front().floats(),
                    Pointwise(FloatNear(1e-4F), reference_blocks(picture)));
    }
}

TEST_P(EveryBackend, StaysCloseInTheDevicesOwnPrecision) {
    EngineOptions options = kExact;
    options.precision = Precision::automatic;
    const auto engine = must_load("conv", options);
    ASSERT_TRUE(engine);
    const auto picture = ramp(3 * 8 * 8);
    const std::vector<TensorView> inputs{view_of(picture, {1, 3, 8, 8})};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    EXPECT_THAT(outputs->front().floats(),
                Pointwise(FloatNear(0.15F), reference_convolution(picture)));
}

TEST_P(EveryBackend, TakesAnyBatchWhereTheModelLeavesItOpen) {
    const auto engine = must_load("dynamic_batch");
    ASSERT_TRUE(engine);
    EXPECT_EQ(engine->batch(), 0);
    EXPECT_EQ(engine->inputs().front().shape, (Shape{-1, 4}));
    for (const std::int64_t batch : {1, 3, 1, 7, 2}) {
        const auto rows = ramp(static_cast<std::size_t>(batch) * 4);
        const std::vector<TensorView> inputs{view_of(rows, {batch, 4})};
        const auto outputs = engine->run(inputs);
        ASSERT_TRUE(outputs) << outputs.error().message();
        EXPECT_EQ(outputs->front().shape, (Shape{batch, 2}));
        EXPECT_THAT(outputs->front().floats(), Pointwise(FloatNear(1e-5F), reference_gemm(rows)));
    }
}

TEST_P(EveryBackend, TakesBytesOrSaysThatItCannot) {
    auto loaded = load(test_model("bytes_nhwc"));
    if (takes_only_floats()) {
        ASSERT_FALSE(loaded);
        EXPECT_EQ(loaded.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(loaded.error().message(), HasSubstr("'picture' is u8"));
        return;
    }
    ASSERT_TRUE(loaded) << loaded.error().message();
    std::vector<std::uint8_t> picture(1 * 2 * 3 * 3);
    std::iota(picture.begin(), picture.end(), std::uint8_t{240});
    const std::vector<TensorView> inputs{
        {ElementType::u8, {1, 2, 3, 3}, std::as_bytes(std::span{picture})}};
    const auto outputs = (*loaded)->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    EXPECT_EQ(outputs->front().shape, (Shape{1, 3, 2, 3}));
    EXPECT_FLOAT_EQ(outputs->front().floats()[0], 240.0F);
    EXPECT_FLOAT_EQ(outputs->front().floats()[6], 241.0F)
        << "the second plane begins with the second byte";
}

TEST_P(EveryBackend, PassesNotANumberThrough) {
    const auto engine = must_load("two_outputs");
    ASSERT_TRUE(engine);
    const std::vector<float> x{std::numeric_limits<float>::quiet_NaN(),
                               std::numeric_limits<float>::infinity(), 1, -1};
    const std::vector<TensorView> inputs{view_of(x, {1, 4})};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs) << outputs.error().message();
    EXPECT_TRUE(std::isnan((*outputs)[0].floats()[0]));
    EXPECT_TRUE(std::isinf((*outputs)[0].floats()[1]));
    EXPECT_FLOAT_EQ((*outputs)[0].floats()[2], 2.0F);
}

TEST_P(EveryBackend, RefusesWrongInputsAndStaysUsable) {
    const auto engine = must_load("add");
    ASSERT_TRUE(engine);
    const std::vector<float> four{1, 2, 3, 4};
    const TensorView good = view_of(four, {1, 4});
    const TensorView wrong_type{ElementType::i32, {1, 4}, good.bytes};
    const TensorView wrong_bytes{ElementType::f32, {1, 4}, good.bytes.first(12)};
    const std::vector<std::vector<TensorView>> bad{{},
                                                   {good},
                                                   {good, good, good},
                                                   {good, wrong_type},
                                                   {good, wrong_bytes},
                                                   {good, view_of(four, {4})},
                                                   {good, view_of(four, {2, 2})},
                                                   {good, view_of(four, {-1, 4})},
                                                   {good, view_of({}, {0, 4})}};
    for (const auto& inputs : bad) {
        const auto outputs = engine->run(inputs);
        ASSERT_FALSE(outputs);
        EXPECT_EQ(outputs.error().code(), ErrorCode::invalid_argument) << outputs.error().message();
    }
    const std::vector<TensorView> inputs{good, good};
    const auto outputs = engine->run(inputs);
    ASSERT_TRUE(outputs);
    EXPECT_THAT(outputs->front().floats(), Pointwise(FloatEq(), {2.0F, 4.0F, 6.0F, 8.0F}));
}

struct BadModel {
    std::string name;
    ErrorCode code;
    std::string says;
};

TEST_P(EveryBackend, RefusesModelsItCannotRunSayingWhy) {
    const std::vector<BadModel> bad{
        {"opset_99", ErrorCode::invalid_argument, "operator set 99"},
        {"half_floats", ErrorCode::invalid_argument, "float16"},
        {"external_weights", ErrorCode::invalid_argument, "another file"},
        {"unknown_operator", ErrorCode::invalid_argument, "unknown_operator.onnx"}};
    for (const auto& [name, code, says] : bad) {
        const auto engine = load(test_model(name));
        ASSERT_FALSE(engine) << name;
        EXPECT_EQ(engine.error().code(), code) << engine.error().message();
        EXPECT_THAT(engine.error().message(), HasSubstr(says));
        EXPECT_THAT(engine.error().message(), Not(HasSubstr("\n")));
    }
}

TEST_P(EveryBackend, RefusesWhatIsNoModelFile) {
    const TemporaryFolder folder;
    const auto missing = load(folder.path() / "missing.onnx");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    const auto directory = load(folder.path());
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code(), ErrorCode::invalid_argument);

    const auto file = folder.path() / "x.onnx";
    const std::string text = "<html>404 not found</html>";
    for (const std::span<const std::byte> bytes :
         {std::span<const std::byte>{}, std::as_bytes(std::span{text})}) {
        write_bytes(file, bytes);
        const auto engine = load(file);
        ASSERT_FALSE(engine);
        EXPECT_EQ(engine.error().code(), ErrorCode::data_loss) << engine.error().message();
    }
}

TEST_P(EveryBackend, SurvivesAModelCutAnywhere) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "cut.onnx";
    const auto whole = read_bytes(test_model("conv"));
    for (std::size_t length = 0; length < whole.size(); length += length < 64 ? 7 : 53) {
        write_bytes(file, std::span{whole}.first(length));
        const auto engine = load(file);
        ASSERT_FALSE(engine) << length;
        EXPECT_EQ(engine.error().code(), ErrorCode::data_loss) << engine.error().message();
    }
}

TEST_P(EveryBackend, SurvivesDamagedBytes) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "damaged.onnx";
    const auto whole = read_bytes(test_model("two_outputs"));
    const std::vector<float> x{1, 2, 3, 4};
    const std::vector<TensorView> inputs{view_of(x, {1, 4})};
    for (std::size_t at = 0; at < whole.size(); at += 11) {
        auto bytes = whole;
        bytes[at] ^= std::byte{0x55};
        write_bytes(file, bytes);
        // Refused, or another model now: either is fine, a crash or an escaping exception is not.
        if (auto engine = load(file); engine)
            (void)(*engine)->run(inputs);
        else
            EXPECT_FALSE(engine.error().message().empty());
    }
}

TEST_P(EveryBackend, SaysWhichDevicesItDoesNotHave) {
    for (const std::string device : {"teapot", "cuda:63", "tensorrt:9", "npu:9"}) {
        EngineOptions options = kExact;
        options.device = device;
        const auto engine = load(test_model("add"), options);
        ASSERT_FALSE(engine) << device;
        EXPECT_EQ(engine.error().code(), ErrorCode::unavailable) << engine.error().message();
    }
    for (const std::string device : {"", "cpu:", "cuda:x", "cuda:-1", "cuda:99999"}) {
        EngineOptions options = kExact;
        options.device = device;
        const auto engine = load(test_model("add"), options);
        ASSERT_FALSE(engine) << device;
        EXPECT_EQ(engine.error().code(), ErrorCode::invalid_argument) << engine.error().message();
    }
}

TEST_P(EveryBackend, RefusesOptionsThatMakeNoSense) {
    EngineOptions no_threads = kExact;
    no_threads.threads = 0;
    EngineOptions integers = kExact;
    integers.precision = Precision::int8;
    for (const auto& options : {no_threads, integers}) {
        const auto engine = load(test_model("add"), options);
        ASSERT_FALSE(engine);
        EXPECT_EQ(engine.error().code(), ErrorCode::invalid_argument) << engine.error().message();
    }
}

TEST_P(EveryBackend, LoadsFromItsOwnCache) {
    const TemporaryFolder folder;
    EngineOptions options = kExact;
    options.cache_dir = folder.path() / "compiled";
    std::filesystem::create_directory(options.cache_dir);
    const auto picture = ramp(3 * 8 * 8);
    const std::vector<TensorView> inputs{view_of(picture, {1, 3, 8, 8})};
    for (int round = 0; round < 2; ++round) {
        const auto engine = must_load("conv", options);
        ASSERT_TRUE(engine);
        const auto outputs = engine->run(inputs);
        ASSERT_TRUE(outputs) << outputs.error().message();
        EXPECT_THAT(outputs->front().floats(),
                    Pointwise(FloatNear(1e-4F), reference_convolution(picture)));
    }
}

INSTANTIATE_TEST_SUITE_P(Builtin, EveryBackend, ::testing::ValuesIn(builtin_names()),
                         [](const auto& backend) { return backend.param; });

TEST(BuiltinBackends, HoldOpenCvOnEveryMachine) {
    EXPECT_THAT(builtin_names(), ::testing::Contains("opencv"));
}

} // namespace
} // namespace vedette::infer
