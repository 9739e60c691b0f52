#include "vedette/infer/model_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/cpu_order.h"
#include "test_support.h"
#include "vedette/crypto/sha256.h"

namespace vedette::infer {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Manifest manifest_of(const std::filesystem::path& file) {
    Manifest manifest;
    manifest.id = "toy";
    manifest.file = file;
    manifest.sha256 = crypto::sha256_file(file).value_or("");
    manifest.path = "toy.model.yaml";
    return manifest;
}

class ModelLoaderTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(register_builtin_backends(backends));
        auto cpu = engines_for(
            "cpu", {.device = "", .threads = 1, .precision = Precision::f32, .cache_dir = {}},
            backends);
        ASSERT_TRUE(cpu);
        chain = *std::move(cpu);
    }
    static Manifest with_quantised_copy() {
        Manifest manifest = manifest_of(test_model("not_quantised"));
        manifest.int8 = {test_model("quantised"),
                         crypto::sha256_file(test_model("quantised")).value_or("")};
        return manifest;
    }
    /// Whether the model, loaded to compute so, rounds to halves as its quantised copy does.
    bool rounds(const Manifest& manifest, Precision precision) {
        auto cpu = engines_for("cpu", {.precision = precision}, backends);
        if (!cpu)
            return false;
        const ModelLoader loader{backends, *std::move(cpu), log, metrics, clock};
        auto engine = loader.load(manifest);
        const std::vector<float> x{0.25F, 1.375F, 2.125F, 3.25F};
        const std::vector<TensorView> inputs{view_of(x, {1, 4})};
        const auto outputs =
            engine ? (*engine)->run(inputs) : Result<std::span<const TensorView>>{engine.error()};
        EXPECT_TRUE(outputs) << outputs.error().message();
        return outputs && (*outputs)[0].floats()[1] == 1.5F;
    }
    BackendRegistry backends;
    std::vector<EngineChoice> chain;
    NullLog log;
    NullMetrics metrics;
    SystemClock clock;
};

TEST_F(ModelLoaderTest, LoadsAndRunsWithTheBestEngineThere) {
    const ModelLoader loader{backends, chain, log, metrics, clock};
    auto engine = loader.load(manifest_of(test_model("two_outputs")));
    ASSERT_TRUE(engine) << engine.error().message();
    EXPECT_THAT((*engine)->name(), HasSubstr(chain.front().backend));
    const std::vector<float> x{1, 2, 3, 4};
    const std::vector<TensorView> inputs{view_of(x, {1, 4})};
    const auto outputs = (*engine)->run(inputs);
    ASSERT_TRUE(outputs);
    EXPECT_FLOAT_EQ((*outputs)[0].floats()[3], 8.0F);
}

TEST_F(ModelLoaderTest, LoadsOnAThreadOfItsOwn) {
    const ModelLoader loader{backends, chain, log, metrics, clock};
    auto first = loader.load_async(manifest_of(test_model("add")));
    auto second = loader.load_async(manifest_of(test_model("conv")));
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
}

TEST_F(ModelLoaderTest, StopsWhenAsked) {
    const ModelLoader loader{backends, chain, log, metrics, clock};
    std::stop_source stop;
    stop.request_stop();
    const auto engine = loader.load_async(manifest_of(test_model("add")), stop.get_token()).get();
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::cancelled);
}

TEST_F(ModelLoaderTest, RefusesWeightsOfAnotherHashNamingBoth) {
    const ModelLoader loader{backends, chain, log, metrics, clock};
    Manifest manifest = manifest_of(test_model("add"));
    const std::string real = manifest.sha256;
    manifest.sha256 = std::string(64, '0');
    const auto engine = loader.load(manifest);
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::data_loss);
    EXPECT_THAT(engine.error().message(),
                AllOf(HasSubstr(real), HasSubstr(manifest.sha256), HasSubstr("add.onnx")));
}

TEST_F(ModelLoaderTest, ChecksExtraFilesToo) {
    Manifest manifest = manifest_of(test_model("add"));
    manifest.extra_files["priors"] = test_model("conv");
    EXPECT_TRUE(verify(manifest)) << "a file without a hash only has to be there";
    manifest.extra_sha256["priors"] = std::string(64, 'a');
    const auto changed = verify(manifest);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code(), ErrorCode::data_loss);
    manifest.extra_files["priors"] = test_model("no_such_file");
    const auto missing = verify(manifest);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
}

TEST_F(ModelLoaderTest, ChecksTheQuantisedCopyToo) {
    Manifest manifest = with_quantised_copy();
    EXPECT_TRUE(verify(manifest));
    manifest.int8.sha256 = std::string(64, 'b');
    const auto changed = verify(manifest);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code(), ErrorCode::data_loss);
    EXPECT_THAT(changed.error().message(), HasSubstr("quantised.onnx"));
}

TEST_F(ModelLoaderTest, TakesTheQuantisedCopyOnlyWhereItIsWantedOrQuick) {
    const Manifest manifest = with_quantised_copy();
    EXPECT_TRUE(rounds(manifest, Precision::int8));
    EXPECT_FALSE(rounds(manifest, Precision::f32));
    EXPECT_EQ(rounds(manifest, Precision::automatic), this_cpu().int8);
}

TEST_F(ModelLoaderTest, TakesTheModelItselfWhereTheQuantisedCopyCannotRun) {
    Manifest manifest = with_quantised_copy();
    manifest.int8 = {test_model("unknown_operator"),
                     crypto::sha256_file(test_model("unknown_operator")).value_or("")};
    EXPECT_FALSE(rounds(manifest, Precision::automatic));
}

TEST_F(ModelLoaderTest, SaysThatTheQuantisedCopyRuns) {
    for (EngineChoice& choice : chain)
        choice.options.precision = Precision::int8;
    const ModelLoader loader{backends, chain, log, metrics, clock};
    const auto engine = loader.load(with_quantised_copy());
    ASSERT_TRUE(engine) << engine.error().message();
    EXPECT_THAT((*engine)->name(), HasSubstr("int8"));
}

TEST_F(ModelLoaderTest, RefusesAManifestWithoutWeights) {
    const ModelLoader loader{backends, chain, log, metrics, clock};
    const auto engine = loader.load(Manifest{});
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::invalid_argument);
}

TEST_F(ModelLoaderTest, FallsBackFromADeviceThatIsNotHere) {
    auto gpu = engines_for(
        "tensorrt", {.device = "0", .threads = 1, .precision = Precision::f32, .cache_dir = {}},
        backends);
    ASSERT_TRUE(gpu);
    EXPECT_EQ(gpu->front().options.device, "tensorrt:0");
    gpu->insert(gpu->end(), chain.begin(), chain.end());
    const ModelLoader loader{backends, *gpu, log, metrics, clock};
    const auto engine = loader.load(manifest_of(test_model("add")));
    ASSERT_TRUE(engine) << engine.error().message();
}

TEST_F(ModelLoaderTest, KnowsTheWordsOfTheConfiguration) {
    for (const auto* word : {"cpu", "openvino", "onnx", "opencv", "cuda", "tensorrt", "opencl"})
        EXPECT_TRUE(engines_for(word, {}, backends)) << word;
    const auto unknown = engines_for("gpu9000", {}, backends);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(unknown.error().message(), AllOf(HasSubstr("gpu9000"), HasSubstr("openvino")));
    EXPECT_EQ(engines_for("cpu", {.device = "gpu"}, backends)->front().options.device, "cpu");
}

TEST(FastestFirst, DependsOnWhatTheProcessorComputesWith) {
    constexpr CpuTraits kOld{.x86 = true, .bf16 = false};
    constexpr CpuTraits kNew{.x86 = true, .bf16 = true};
    constexpr CpuTraits kOther{};
    EXPECT_EQ(fastest_first(kOld, Precision::automatic).front(), "onnxruntime");
    EXPECT_EQ(fastest_first(kNew, Precision::automatic).front(), "openvino");
    EXPECT_EQ(fastest_first(kNew, Precision::f32).front(), "onnxruntime");
    EXPECT_EQ(fastest_first(kOld, Precision::bf16).front(), "openvino") << "no other computes it";
    EXPECT_EQ(fastest_first(kOther, Precision::automatic).front(), "openvino");
    for (const auto cpu : {kOld, kNew, kOther})
        EXPECT_EQ(fastest_first(cpu, Precision::automatic).back(), "opencv");
}

TEST(TakesQuantised, AsTheProcessorIsQuickOrAsItIsTold) {
    constexpr CpuTraits kOld{.x86 = true};
    constexpr CpuTraits kNew{.x86 = true, .bf16 = false, .int8 = true};
    EXPECT_FALSE(takes_quantised(kOld, Precision::automatic));
    EXPECT_TRUE(takes_quantised(kNew, Precision::automatic));
    EXPECT_TRUE(takes_quantised(kOld, Precision::int8));
    for (const auto precision : {Precision::f32, Precision::bf16, Precision::f16})
        EXPECT_FALSE(takes_quantised(kNew, precision));
}

TEST(UsableCache, IsMadeForItsOwnerAlone) {
    const TemporaryFolder folder;
    NullLog log;
    const auto wanted = folder.path() / "a" / "b";
    EXPECT_EQ(usable_cache(wanted, log), wanted);
    EXPECT_EQ(std::filesystem::status(wanted).permissions(), std::filesystem::perms::owner_all);
    EXPECT_EQ(usable_cache(wanted, log), wanted) << "and is used again";
}

TEST(UsableCache, IsDoneWithoutWhereItCannotBeWritten) {
    const TemporaryFolder folder;
    write_bytes(folder.path() / "file", {});
    NullLog log;
    EXPECT_EQ(usable_cache(folder.path() / "file" / "cache", log), "");
    EXPECT_EQ(usable_cache(folder.path() / "file", log), "");
}

} // namespace
} // namespace vedette::infer
