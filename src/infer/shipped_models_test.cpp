// The models that come with the program, on every back-end of this build: what they answer to a
// fixed input is compared with what PyTorch answered when they were exported
// (training/exporting.py writes models/golden/*.json).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "test_support.h"
#include "vedette/infer/engine.h"
#include "vedette/infer/manifest.h"

namespace vedette::infer {
namespace {

using nlohmann::json;

std::filesystem::path models() { return std::filesystem::path{VEDETTE_SOURCE_DIR} / "models"; }

/// Models that OpenCV 4.6 cannot run: it has no products of two computed matrices in batches.
bool beyond_opencv(const Manifest& manifest) { return manifest.task == "ocr"; }

/// The input that the golden file was made with: no picture, but every machine makes the same.
std::vector<float> input_of(const Shape& shape) {
    std::vector<float> out(element_count(shape));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto mixed = static_cast<std::uint32_t>(i * 2654435761U);
        out[i] = static_cast<float>(mixed >> 8U) / static_cast<float>(1U << 24U);
    }
    return out;
}

std::vector<Manifest> with_weights() {
    auto out = load_manifests(models()).value_or(std::vector<Manifest>{});
    std::erase_if(out, [](const Manifest& one) { return one.file.empty(); });
    return out;
}

/// \param others  of so many numbers each, one may be further off: a sum in eight bits that lies
///   between two steps falls to either side, which later layers make more of. 0: none
void expect_numbers(std::span<const float> found, const json& wanted, float tolerance,
                    std::size_t others) {
    ASSERT_EQ(found.size(), wanted.at("size").get<std::size_t>());
    const auto every = wanted.at("every").get<std::size_t>();
    const std::vector<float> values = wanted.at("values");
    ASSERT_GE(values.size(), 50U);
    std::size_t further_off = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float off = std::abs(found[i * every] - values[i]);
        if (off <= tolerance * std::max(1.0F, std::abs(values[i])))
            continue;
        ++further_off;
        EXPECT_NE(others, 0U) << "number " << i * every << " is " << found[i * every]
                              << " in place of " << values[i];
    }
    const std::size_t allowed = others == 0 ? 0 : values.size() / others;
    EXPECT_LE(further_off, allowed);
}

class ShippedModels : public ::testing::TestWithParam<std::string> {
protected:
    /// What was exported as `file`, with this hash.
    void expect_golden(const std::filesystem::path& file, const std::string& sha256,
                       const BackendRegistry& backends, std::size_t others = 0) {
        const std::filesystem::path path =
            models() / "golden" / file.filename().replace_extension(".json");
        ASSERT_TRUE(std::filesystem::exists(path)) << path << " is written at the export";
        const json golden = json::parse(std::ifstream{path});
        ASSERT_EQ(golden.at("sha256").get<std::string>(), sha256) << path;
        EngineOptions exact;
        exact.precision = Precision::f32;
        exact.input_shape = golden.at("shape").get<Shape>();
        const auto engine = backends.create(GetParam(), file, exact);
        ASSERT_TRUE(engine) << engine.error().message();
        const std::vector<float> input = input_of(exact.input_shape);
        const std::vector<TensorView> inputs{view_of(input, exact.input_shape)};
        const auto outputs = (*engine)->run(inputs);
        ASSERT_TRUE(outputs) << outputs.error().message();
        ASSERT_EQ(outputs->size(), golden.at("outputs").size());
        for (std::size_t i = 0; i < outputs->size(); ++i)
            expect_numbers((*outputs)[i].floats(), golden.at("outputs").at(i),
                           golden.at("tolerance"), others);
    }
};

TEST_P(ShippedModels, AnswerWhatTheyDidWhenTheyWereExported) {
    BackendRegistry backends;
    ASSERT_TRUE(register_builtin_backends(backends));
    if (!backends.contains(GetParam()))
        GTEST_SKIP() << "this build has no " << GetParam();
    const std::vector<Manifest> shipped = with_weights();
    ASSERT_FALSE(shipped.empty());
    for (const Manifest& manifest : shipped) {
        if (GetParam() == "opencv" && beyond_opencv(manifest))
            continue;
        SCOPED_TRACE(manifest.full_id());
        expect_golden(manifest.file, manifest.sha256, backends);
    }
}

TEST_P(ShippedModels, AnswerTheSameInEightBitsOnEveryEngine) {
    BackendRegistry backends;
    ASSERT_TRUE(register_builtin_backends(backends));
    if (!backends.contains(GetParam()))
        GTEST_SKIP() << "this build has no " << GetParam();
    if (GetParam() == "opencv")
        GTEST_SKIP() << "OpenCV 4.6 runs no quantised models, and is never given one";
    for (const Manifest& manifest : with_weights()) {
        SCOPED_TRACE(manifest.full_id());
        ASSERT_FALSE(manifest.int8.file.empty()) << "python -m training.int8 makes one";
        expect_golden(manifest.int8.file, manifest.int8.sha256, backends, 30);
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, ShippedModels,
                         ::testing::Values("openvino", "onnxruntime", "opencv"),
                         [](const auto& backend) { return backend.param; });

} // namespace
} // namespace vedette::infer
