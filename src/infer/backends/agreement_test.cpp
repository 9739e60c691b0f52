// The same real model on every back-end of this build: their numbers must agree. Skipped where the
// models are absent.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <optional>

#include "test_support.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {
namespace {

namespace fs = std::filesystem;

/// Scores of nothing at all are rounding errors, which need not agree.
constexpr float kNoise = 0.01F;

struct RealModel {
    const char* name;
    const char* file; ///< below the shared folder's models/
    float largest;    ///< of the input's numbers
    float tolerance;  ///< share of an output's largest number by which results may differ
};

fs::path place_of(const RealModel& model) {
    const char* named = std::getenv("VEDETTE_SHARED");
    const fs::path shared =
        named != nullptr ? fs::path{named} : fs::path{VEDETTE_SOURCE_DIR} / "../shared";
    return shared / "models" / model.file;
}

/// Smooth, so that a model sees something like a picture.
std::vector<float> waves(std::size_t count, float largest) {
    std::vector<float> numbers(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = static_cast<float>(i);
        numbers[i] = largest * (0.5F + 0.25F * std::sin(at / 7) + 0.25F * std::sin(at / 531));
    }
    return numbers;
}

using Numbers = std::vector<std::vector<float>>; ///< by output

/// \return nothing if the back-end can't run the model, after a failure of the test.
std::optional<Numbers> outputs_on(const BackendRegistry& backends, const std::string& backend,
                                  const RealModel& model) {
    EngineOptions exact;
    exact.precision = Precision::f32;
    auto engine = backends.create(backend, place_of(model), exact);
    EXPECT_TRUE(engine) << engine.error().message();
    if (!engine)
        return std::nullopt;
    const TensorSpec& input = (*engine)->inputs().front();
    Shape shape = input.shape;
    shape.front() = 1;
    const auto numbers = waves(element_count(shape), model.largest);
    const std::vector<TensorView> inputs{view_of(numbers, shape)};
    const auto outputs = (*engine)->run(inputs);
    EXPECT_TRUE(outputs) << outputs.error().message();
    if (!outputs)
        return std::nullopt;
    Numbers out;
    for (const TensorView& output : *outputs)
        out.emplace_back(output.floats().begin(), output.floats().end());
    return out;
}

float largest_of(const std::vector<float>& numbers) {
    float largest = 0;
    for (const float number : numbers)
        largest = std::max(largest, std::abs(number));
    return largest;
}

float farthest(const std::vector<float>& a, const std::vector<float>& b) {
    float distance = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        distance = std::max(distance, std::abs(a[i] - b[i]));
    return distance;
}

class BackendsAgree : public ::testing::TestWithParam<RealModel> {};

TEST_P(BackendsAgree, OnEveryOutputOfARealModel) {
    if (!fs::exists(place_of(GetParam())))
        GTEST_SKIP() << "no " << place_of(GetParam());
    BackendRegistry backends;
    ASSERT_TRUE(register_builtin_backends(backends));
    const auto names = backends.names();
    if (names.size() < 2)
        GTEST_SKIP() << "this build has one back-end only";
    const auto reference = outputs_on(backends, names.front(), GetParam());
    ASSERT_TRUE(reference);
    for (const std::vector<float>& output : *reference)
        EXPECT_GT(largest_of(output), 0) << "an output of zeros would agree with anything broken";
    for (const std::string& name : names) {
        const auto numbers = outputs_on(backends, name, GetParam());
        ASSERT_TRUE(numbers) << name;
        ASSERT_EQ(numbers->size(), reference->size()) << name;
        for (std::size_t i = 0; i < numbers->size(); ++i) {
            ASSERT_EQ((*numbers)[i].size(), (*reference)[i].size()) << name << ", output " << i;
            EXPECT_LE(farthest((*numbers)[i], (*reference)[i]),
                      GetParam().tolerance * std::max(largest_of((*reference)[i]), kNoise))
                << name << " and " << names.front() << ", output " << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Models, BackendsAgree,
    ::testing::Values(RealModel{"cct", "plate/cct_xs_v1_global_opencv46.onnx", 255, 1e-3F},
                      RealModel{"lprnet", "plate/lprnet_cn_94x24.onnx", 1, 1e-3F},
                      RealModel{"y5fu", "plate/hyperlpr_y5fu_320x_sim.onnx", 1, 1e-3F},
                      RealModel{"yolox", "detect/yolox_nano_416.onnx", 255, 1e-3F},
                      RealModel{"fastestdet", "detect/FastestDet_352.onnx", 1, 1e-3F},
                      RealModel{"yunet", "face/yunet_n_320.onnx", 255, 1e-3F}),
    [](const auto& model) { return model.param.name; });

} // namespace
} // namespace vedette::infer
