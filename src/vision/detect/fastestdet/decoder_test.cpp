#include "detect/fastestdet/decoder.h"

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

const infer::Manifest kManifest = testing::manifest_for("fastestdet", 64, 64, {"person", "car"});
const infer::TensorSpec kOutput{"758", infer::ElementType::f32, {1, 7, 4, 4}};

TEST(Fastestdet, ReadsOneCellThroughAllChannels) {
    Decoding fastestdet{FastestdetDecoder::create, kManifest, {kOutput}};
    // Cell 9 of 4x4: column 1, line 2. Size sigmoid(0) = half the picture; centre moved by tanh.
    const std::vector<float> values{0.9F, std::atanh(0.5F), std::atanh(-0.25F), 0, 0, 0.2F, 0.8F};
    for (std::size_t channel = 0; channel < values.size(); ++channel)
        fastestdet.numbers[0][channel * 16 + 9] = values[channel];
    const auto found = fastestdet.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].class_index, 1);
    EXPECT_NEAR(found[0].score, std::pow(0.9F, 0.6F) * std::pow(0.8F, 0.4F), 1e-6);
    expect_box(found[0], 24 - 16, 28 - 16, 24 + 16, 28 + 16);
}

TEST(Fastestdet, SaysNothingOnZerosAndNan) {
    Decoding fastestdet{FastestdetDecoder::create, kManifest, {kOutput}};
    EXPECT_TRUE(fastestdet.run(0.1F).empty());
    fastestdet.fill(std::nanf(""));
    EXPECT_TRUE(fastestdet.run(0.0F).empty());
}

TEST(Fastestdet, RefusesShapesThatDoNotFit) {
    testing::refusal(FastestdetDecoder::create, kManifest,
                     {{"out", infer::ElementType::f32, {1, 85, 4, 4}}});
    testing::refusal(FastestdetDecoder::create, kManifest,
                     {{"out", infer::ElementType::f32, {1, 7, 16}}});
    testing::refusal(FastestdetDecoder::create, kManifest,
                     {{"out", infer::ElementType::f32, {1, 7, -1, -1}}});
    testing::refusal(FastestdetDecoder::create, kManifest,
                     {{"out", infer::ElementType::f32, {1, 7, 4, 5}}});
}

} // namespace
} // namespace vedette::vision
