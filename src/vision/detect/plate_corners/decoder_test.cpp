#include "detect/plate_corners/decoder.h"

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

const infer::Manifest kManifest =
    testing::manifest_for("plate-corners", 32, 32, {"plate", "plate"});
const infer::TensorSpec kOutput{"output", infer::ElementType::f32, {1, 63, 15}};

TEST(PlateCorners, GivesTheCornersInReadingOrder) {
    Decoding plates{PlateCornersDecoder::create, kManifest, {kOutput}};
    const std::vector<float> values{16, 12, 20, 6, 0.9F, 6, 9, 26, 10, 25, 15, 5, 14, 0.2F, 0.8F};
    std::copy(values.begin(), values.end(), plates.numbers[0].begin() + 62 * 15);
    const auto found = plates.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FLOAT_EQ(found[0].score, 0.72F);
    EXPECT_EQ(found[0].class_index, 1);
    expect_box(found[0], 6, 9, 26, 15);
    ASSERT_EQ(found[0].point_count, 4);
    EXPECT_EQ(found[0].points[0].x, 6);
    EXPECT_EQ(found[0].points[1].x, 26);
    EXPECT_EQ(found[0].points[2].y, 15);
    EXPECT_EQ(found[0].points[3].x, 5);
}

TEST(PlateCorners, TellsHowManyLinesAPlateHas) {
    infer::Manifest manifest = kManifest;
    manifest.decoder_options["lines"] = "1,2";
    Decoding plates{PlateCornersDecoder::create, manifest, {kOutput}};
    const std::vector<float> two{16, 12, 20, 6, 0.9F, 6, 9, 26, 10, 25, 15, 5, 14, 0.2F, 0.8F};
    const std::vector<float> one{16, 12, 20, 6, 0.9F, 6, 9, 26, 10, 25, 15, 5, 14, 0.8F, 0.2F};
    std::copy(two.begin(), two.end(), plates.numbers[0].begin());
    std::copy(one.begin(), one.end(), plates.numbers[0].begin() + 15);
    const auto found = plates.run(0.5F);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].text_lines, 2);
    EXPECT_EQ(found[1].text_lines, 1);
    for (const char* wrong : {"1", "1,2,1", "1,9", "1,1.5", "one,two"}) {
        manifest.decoder_options["lines"] = wrong;
        EXPECT_NE(testing::refusal(PlateCornersDecoder::create, manifest, {kOutput}).find("lines"),
                  std::string::npos)
            << wrong;
    }
}

TEST(PlateCorners, SaysNothingOnZerosAndNan) {
    Decoding plates{PlateCornersDecoder::create, kManifest, {kOutput}};
    EXPECT_TRUE(plates.run(0.1F).empty());
    plates.fill(std::nanf(""));
    EXPECT_TRUE(plates.run(0.0F).empty());
}

TEST(PlateCorners, RefusesShapesThatDoNotFit) {
    testing::refusal(PlateCornersDecoder::create, kManifest,
                     {{"out", infer::ElementType::f32, {1, 63, 14}}});
    testing::refusal(PlateCornersDecoder::create, kManifest,
                     {{"out", infer::ElementType::f32, {1, 25200, 15}}});
}

} // namespace
} // namespace vedette::vision
