#include "detect/picture_tensor.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace vedette::vision {
namespace {

using Spec = infer::InputSpec;

Spec spec(Spec::Layout layout, Spec::Color color,
          infer::ElementType type = infer::ElementType::f32) {
    Spec out;
    out.width_px = 4;
    out.height_px = 2;
    out.layout = layout;
    out.color = color;
    out.type = type;
    return out;
}

/// A picture of one colour.
imaging::Image plain(std::array<std::uint8_t, 3> bgr, int width = 4, int height = 2) {
    imaging::Image image{imaging::PixelFormat::bgr24, width, height};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            std::copy(bgr.begin(), bgr.end(), image.row(y) + 3 * x);
    return image;
}

PictureTensor tensor_of(const Spec& wanted) {
    auto made = PictureTensor::create(wanted);
    EXPECT_TRUE(made) << made.error().message();
    return *std::move(made);
}

std::vector<float> floats(const Spec& wanted, const imaging::Image& image) {
    PictureTensor tensor = tensor_of(wanted);
    tensor.reset(1);
    tensor.write(image.view(), 0);
    const auto values = tensor.view().floats();
    return {values.begin(), values.end()};
}

TEST(PictureTensor, PutsPlanesInTheOrderOfTheColour) {
    const imaging::Image image = plain({10, 20, 30});
    const auto bgr = floats(spec(Spec::Layout::nchw, Spec::Color::bgr), image);
    EXPECT_EQ(bgr.front(), 10);
    EXPECT_EQ(bgr.at(8), 20);
    EXPECT_EQ(bgr.back(), 30);
    const auto rgb = floats(spec(Spec::Layout::nchw, Spec::Color::rgb), image);
    EXPECT_EQ(rgb.front(), 30);
    EXPECT_EQ(rgb.back(), 10);
}

TEST(PictureTensor, TakesMeanAndScalePerChannel) {
    Spec wanted = spec(Spec::Layout::nchw, Spec::Color::bgr);
    wanted.mean = {10, 0, 20};
    wanted.scale = {1, 0.5F, 0.1F};
    const auto values = floats(wanted, plain({10, 20, 30}));
    EXPECT_FLOAT_EQ(values.at(0), 0);
    EXPECT_FLOAT_EQ(values.at(8), 10);
    EXPECT_FLOAT_EQ(values.at(16), 1);
}

TEST(PictureTensor, InterleavesWhereTheModelWantsIt) {
    Spec wanted = spec(Spec::Layout::nhwc, Spec::Color::rgb);
    wanted.scale = {1, 2, 3};
    const auto values = floats(wanted, plain({10, 20, 30}));
    EXPECT_EQ(std::vector<float>(values.begin(), values.begin() + 6),
              (std::vector<float>{30, 40, 30, 30, 40, 30}));
}

TEST(PictureTensor, GivesBytesInBothLayouts) {
    for (const auto layout : {Spec::Layout::nchw, Spec::Layout::nhwc}) {
        PictureTensor tensor = tensor_of(spec(layout, Spec::Color::rgb, infer::ElementType::u8));
        tensor.reset(1);
        tensor.write(plain({10, 20, 30}).view(), 0);
        const auto bytes = tensor.view().bytes;
        ASSERT_EQ(bytes.size(), 24U);
        EXPECT_EQ(std::to_integer<int>(bytes[0]), 30);
        EXPECT_EQ(std::to_integer<int>(bytes[1]), layout == Spec::Layout::nhwc ? 20 : 30);
        EXPECT_EQ(std::to_integer<int>(bytes[23]), 10);
    }
}

TEST(PictureTensor, PadsWhatALetterboxLeavesFreeAndScalesThatToo) {
    Spec wanted = spec(Spec::Layout::nchw, Spec::Color::gray);
    wanted.height_px = 4;
    wanted.fit = Spec::Fit::letterbox_centre;
    wanted.pad = 100;
    wanted.scale = {0.1F};
    wanted.mean = {0};
    PictureTensor tensor = tensor_of(wanted);
    tensor.reset(1);
    const imaging::Letterbox box = tensor.write(plain({50, 50, 50}, 8, 4).view(), 0);
    EXPECT_FLOAT_EQ(box.scale_x, 0.5F);
    EXPECT_FLOAT_EQ(box.offset_y_px, 1);
    EXPECT_NEAR(tensor.view().floats()[0], 10, 1e-4);
    EXPECT_NEAR(tensor.view().floats()[4], 5, 0.11);
    EXPECT_NEAR(tensor.view().floats()[15], 10, 1e-4);
}

TEST(PictureTensor, KeepsEachPictureOfABatchInItsSlot) {
    PictureTensor tensor = tensor_of(spec(Spec::Layout::nchw, Spec::Color::bgr));
    tensor.reset(2);
    tensor.write(plain({1, 1, 1}).view(), 0);
    tensor.write(plain({2, 2, 2}).view(), 1);
    EXPECT_EQ(tensor.view().shape, (infer::Shape{2, 3, 2, 4}));
    EXPECT_EQ(tensor.view().floats()[23], 1);
    EXPECT_EQ(tensor.view().floats()[24], 2);
}

TEST(PictureTensor, ReusesItsMemory) {
    PictureTensor tensor = tensor_of(spec(Spec::Layout::nchw, Spec::Color::bgr));
    tensor.reset(3);
    const auto* at = tensor.view().bytes.data();
    tensor.reset(1);
    tensor.reset(3);
    EXPECT_EQ(tensor.view().bytes.data(), at);
}

TEST(PictureTensor, RefusesWhatNoPictureCanBecome) {
    const Spec good = spec(Spec::Layout::nchw, Spec::Color::bgr);
    Spec sizeless = good;
    sizeless.width_px = 0;
    Spec integers = good;
    integers.type = infer::ElementType::i64;
    Spec scaled_bytes = good;
    scaled_bytes.type = infer::ElementType::u8;
    scaled_bytes.scale = {0.5F, 1, 1};
    Spec short_mean = good;
    short_mean.mean = {1};
    for (const Spec& wrong : {sizeless, integers, scaled_bytes, short_mean}) {
        const auto made = PictureTensor::create(wrong);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(made.error().message().find("input."), std::string::npos);
    }
}

TEST(PictureTensor, KnowsWhetherAModelTakesIt) {
    const PictureTensor tensor = tensor_of(spec(Spec::Layout::nchw, Spec::Color::bgr));
    using infer::ElementType;
    EXPECT_TRUE(tensor.expect_fits({"in", ElementType::f32, {-1, 3, 2, 4}}));
    EXPECT_TRUE(tensor.expect_fits({"in", ElementType::f32, {1, 3, -1, -1}}));
    EXPECT_FALSE(tensor.expect_fits({"in", ElementType::u8, {1, 3, 2, 4}}));
    EXPECT_FALSE(tensor.expect_fits({"in", ElementType::f32, {1, 3, 4, 2}}));
    EXPECT_FALSE(tensor.expect_fits({"in", ElementType::f32, {1, 2, 4, 3}}));
    EXPECT_FALSE(tensor.expect_fits({"in", ElementType::f32, {3, 2, 4}}));
}

} // namespace
} // namespace vedette::vision
