#include "detect/yunet/decoder.h"

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

const infer::Manifest kManifest = testing::manifest_for("yunet", 32, 32, {"face"});

std::vector<infer::TensorSpec> outputs() {
    std::vector<infer::TensorSpec> out;
    for (const auto& [kind, width] : {std::pair{"cls", 1}, {"obj", 1}, {"bbox", 4}, {"kps", 10}})
        for (const int stride : {8, 16, 32})
            out.push_back({std::string{kind} + "_" + std::to_string(stride),
                           infer::ElementType::f32,
                           {1, (32 / stride) * (32 / stride), width}});
    return out;
}

void say_a_face(Decoding& yunet) {
    const std::size_t cell = 2; // stride 16, 2 columns: column 0, line 1
    yunet.numbers[1][cell] = 0.81F;
    yunet.numbers[4][cell] = 1.0F;
    const std::vector<float> box{0.5F, 0.25F, 0, std::log(0.5F)};
    std::copy(box.begin(), box.end(), yunet.numbers[7].begin() + cell * 4);
    for (std::size_t i = 0; i < 10; ++i)
        yunet.numbers[10][cell * 10 + i] = 0.1F * static_cast<float>(i);
}

TEST(Yunet, GivesTheBoxAndItsFivePoints) {
    Decoding yunet{YunetDecoder::create, kManifest, outputs()};
    say_a_face(yunet);
    const auto found = yunet.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FLOAT_EQ(found[0].score, 0.9F);
    expect_box(found[0], 8 - 8, 20 - 4, 8 + 8, 20 + 4);
    ASSERT_EQ(found[0].point_count, 5);
    EXPECT_NEAR(found[0].points[1].x, 0.2F * 16, 1e-4);
    EXPECT_NEAR(found[0].points[1].y, 1.3F * 16, 1e-4);
}

TEST(Yunet, FindsItsOutputsByNameInAnyOrder) {
    std::vector<infer::TensorSpec> turned = outputs();
    std::swap(turned[1], turned[10]);
    Decoding yunet{YunetDecoder::create, kManifest, turned};
    std::swap(yunet.numbers[1], yunet.numbers[10]);
    say_a_face(yunet);
    std::swap(yunet.numbers[1], yunet.numbers[10]);
    EXPECT_EQ(yunet.run(0.5F).size(), 1U);
}

TEST(Yunet, SaysNothingOnZerosAndNan) {
    Decoding yunet{YunetDecoder::create, kManifest, outputs()};
    EXPECT_TRUE(yunet.run(0.1F).empty());
    yunet.fill(std::nanf(""));
    EXPECT_TRUE(yunet.run(0.0F).empty());
}

TEST(Yunet, RefusesShapesThatDoNotFit) {
    std::vector<infer::TensorSpec> wrong = outputs();
    wrong[3].shape = {1, 17, 1};
    EXPECT_NE(testing::refusal(YunetDecoder::create, kManifest, wrong).find("obj_8"),
              std::string::npos);
    wrong = outputs();
    wrong.pop_back();
    testing::refusal(YunetDecoder::create, kManifest, wrong);
}

} // namespace
} // namespace vedette::vision
