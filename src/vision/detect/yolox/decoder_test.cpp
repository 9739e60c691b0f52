#include "detect/yolox/decoder.h"

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

const infer::Manifest kManifest = testing::manifest_for("yolox", 64, 32, {"person", "car", "bus"});
const infer::TensorSpec kOutput{
    "output", infer::ElementType::f32, {1, 42, 8}}; // 8x4 + 4x2 + 2x1 cells

TEST(Yolox, PlacesABoxByItsCellAndStride) {
    Decoding yolox{YoloxDecoder::create, kManifest, {kOutput}};
    const std::size_t row =
        (32 + 5) * 8; // second grid (stride 16, 4 columns): cell 5 = column 1, line 1
    const std::vector<float> values{0.5F, 0.25F, std::log(2.0F), 0, 0.9F, 0.1F, 0.8F, 0.3F};
    std::copy(values.begin(), values.end(), yolox.numbers[0].begin() + row);
    const auto found = yolox.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FLOAT_EQ(found[0].score, 0.72F);
    EXPECT_EQ(found[0].class_index, 1);
    expect_box(found[0], 24 - 16, 20 - 8, 24 + 16, 20 + 8);
}

TEST(Yolox, SaysNothingOnZerosAndNan) {
    Decoding yolox{YoloxDecoder::create, kManifest, {kOutput}};
    EXPECT_TRUE(yolox.run(0.1F).empty());
    yolox.fill(std::nanf(""));
    EXPECT_TRUE(yolox.run(0.0F).empty());
}

TEST(Yolox, RefusesShapesThatDoNotFit) {
    EXPECT_NE(testing::refusal(YoloxDecoder::create, kManifest,
                               {{"out", infer::ElementType::f32, {1, 42, 85}}})
                  .find("'out' (1x42x85"),
              std::string::npos);
    testing::refusal(YoloxDecoder::create, kManifest, {kOutput, kOutput});
    testing::refusal(YoloxDecoder::create, kManifest,
                     {{"out", infer::ElementType::u8, {1, 42, 8}}});
}

TEST(Yolox, RefusesOptionsItDoesNotKnow) {
    infer::Manifest manifest = kManifest;
    manifest.decoder_options["stride"] = "8";
    EXPECT_NE(testing::refusal(YoloxDecoder::create, manifest, {kOutput}).find("known: strides"),
              std::string::npos);
    manifest.decoder_options = {{"strides", "8,zero"}};
    EXPECT_NE(testing::refusal(YoloxDecoder::create, manifest, {kOutput}).find("8,zero"),
              std::string::npos);
}

} // namespace
} // namespace vedette::vision
