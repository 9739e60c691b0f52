#include "detect/yolo/decoder.h"

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

const infer::Manifest kManifest = testing::manifest_for("yolo", 64, 64, {"person", "car", "bus"});
constexpr std::int64_t kV8Boxes = 64 + 16 + 4;
constexpr std::int64_t kV5Boxes = 3 * kV8Boxes;

infer::TensorSpec output(infer::Shape shape) {
    return {"output0", infer::ElementType::f32, std::move(shape)};
}

TEST(Yolo, ReadsV8WithOneColumnPerBox) {
    Decoding yolo{YoloDecoder::create, kManifest, {output({1, 7, kV8Boxes})}};
    const std::vector<float> values{30, 20, 10, 8, 0.1F, 0.2F, 0.7F};
    for (std::size_t i = 0; i < values.size(); ++i)
        yolo.numbers[0][i * kV8Boxes + 41] = values[i];
    const auto found = yolo.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].class_index, 2);
    EXPECT_FLOAT_EQ(found[0].score, 0.7F);
    expect_box(found[0], 25, 16, 35, 24);
}

TEST(Yolo, ReadsV5WithOneRowPerBoxAndItsObjectness) {
    Decoding yolo{YoloDecoder::create, kManifest, {output({1, kV5Boxes, 8})}};
    const std::vector<float> values{30, 20, 10, 8, 0.8F, 0.1F, 0.9F, 0.2F};
    std::copy(values.begin(), values.end(), yolo.numbers[0].begin() + 17 * 8);
    const auto found = yolo.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].class_index, 1);
    EXPECT_FLOAT_EQ(found[0].score, 0.72F);
    expect_box(found[0], 25, 16, 35, 24);
}

TEST(Yolo, ReadsTheTurnedFormsOfBothToo) {
    Decoding rows{YoloDecoder::create, kManifest, {output({1, kV8Boxes, 7})}};
    const std::vector<float> v8{30, 20, 10, 8, 0.1F, 0.2F, 0.7F};
    std::copy(v8.begin(), v8.end(), rows.numbers[0].begin() + 3 * 7);
    ASSERT_EQ(rows.run(0.5F).size(), 1U);
    expect_box(rows.run(0.5F)[0], 25, 16, 35, 24);

    Decoding columns{YoloDecoder::create, kManifest, {output({1, 8, kV5Boxes})}};
    const std::vector<float> v5{30, 20, 10, 8, 0.8F, 0.1F, 0.9F, 0.2F};
    for (std::size_t i = 0; i < v5.size(); ++i)
        columns.numbers[0][i * kV5Boxes + 100] = v5[i];
    ASSERT_EQ(columns.run(0.5F).size(), 1U);
    EXPECT_FLOAT_EQ(columns.run(0.5F)[0].score, 0.72F);
}

TEST(Yolo, TakesAnOpenNumberOfBoxesAsItsInputSizeSays) {
    Decoding yolo{YoloDecoder::create, kManifest, {output({-1, 7, -1})}};
    EXPECT_EQ(yolo.numbers[0].size(), static_cast<std::size_t>(7 * kV8Boxes));
}

TEST(Yolo, SaysNothingOnZerosAndNan) {
    Decoding yolo{YoloDecoder::create, kManifest, {output({1, 7, kV8Boxes})}};
    EXPECT_TRUE(yolo.run(0.1F).empty());
    yolo.fill(std::nanf(""));
    EXPECT_TRUE(yolo.run(0.0F).empty());
}

TEST(Yolo, RefusesShapesAndVariantsThatDoNotFit) {
    EXPECT_NE(testing::refusal(YoloDecoder::create, kManifest, {output({1, 84, kV8Boxes})})
                  .find("4 + 3 (v8)"),
              std::string::npos);
    testing::refusal(YoloDecoder::create, kManifest, {output({1, 7, 8400})});
    testing::refusal(YoloDecoder::create, kManifest, {output({1, 3, 8, 8, 8})});
    infer::Manifest manifest = kManifest;
    manifest.decoder_options["variant"] = "v5";
    testing::refusal(YoloDecoder::create, manifest, {output({1, 7, kV8Boxes})});
    manifest.decoder_options["variant"] = "v7";
    EXPECT_NE(testing::refusal(YoloDecoder::create, manifest, {output({1, 7, kV8Boxes})})
                  .find("v5 or v8"),
              std::string::npos);
}

} // namespace
} // namespace vedette::vision
