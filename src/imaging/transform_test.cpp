#include "vedette/imaging/transform.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "test_pictures.h"

namespace vedette::imaging {
namespace {

using testing::gray_ramp;
using testing::Pixel;
using testing::pixel_at;
using testing::solid_bgr;
using testing::solid_yuv;

Image resized(const ImageView& source, int width, int height, Fit fit = Fit::stretch) {
    Image out;
    resize_into(source, {}, PixelFormat::bgr24, width, height, fit, 114, out);
    return out;
}

// Expected values: ITU-R BT.601 and BT.709 colour bars in 8 bit video levels, and full range ones.
struct ColorCase {
    const char* name;
    ColorMatrix matrix;
    ColorRange range;
    std::array<std::uint8_t, 3> yuv;
    Pixel bgr;
};

class SolidColor : public ::testing::TestWithParam<ColorCase> {};

TEST_P(SolidColor, ComesOutAsTheStandardSays) {
    const auto& c = GetParam();
    for (const auto format : {PixelFormat::i420, PixelFormat::nv12}) {
        const auto picture = solid_yuv(format, 35, 21, c.yuv, {c.matrix, c.range});
        for (const Image& out : {crop_bgr(picture.view, {}), resized(picture.view, 8, 50)})
            for (const auto& [x, y] :
                 {std::pair{0, 0}, std::pair{out.width_px() - 1, out.height_px() - 1}}) {
                const Pixel got = pixel_at(out, x, y);
                EXPECT_NEAR(got.blue, c.bgr.blue, 2);
                EXPECT_NEAR(got.green, c.bgr.green, 2);
                EXPECT_NEAR(got.red, c.bgr.red, 2);
            }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Standards, SolidColor,
    ::testing::Values(
        ColorCase{"Black601", ColorMatrix::bt601, ColorRange::limited, {16, 128, 128}, {0, 0, 0}},
        ColorCase{
            "White709", ColorMatrix::bt709, ColorRange::limited, {235, 128, 128}, {255, 255, 255}},
        ColorCase{"Red601", ColorMatrix::bt601, ColorRange::limited, {81, 90, 240}, {0, 0, 255}},
        ColorCase{"Green601", ColorMatrix::bt601, ColorRange::limited, {145, 54, 34}, {0, 255, 0}},
        ColorCase{"Blue601", ColorMatrix::bt601, ColorRange::limited, {41, 240, 110}, {255, 0, 0}},
        ColorCase{"Red709", ColorMatrix::bt709, ColorRange::limited, {63, 102, 240}, {0, 0, 255}},
        ColorCase{"Green709", ColorMatrix::bt709, ColorRange::limited, {173, 42, 26}, {0, 255, 0}},
        ColorCase{"Blue709", ColorMatrix::bt709, ColorRange::limited, {32, 240, 118}, {255, 0, 0}},
        ColorCase{"RedFull601", ColorMatrix::bt601, ColorRange::full, {76, 85, 255}, {0, 0, 254}},
        ColorCase{
            "GrayFull709", ColorMatrix::bt709, ColorRange::full, {77, 128, 128}, {77, 77, 77}},
        ColorCase{"Red2020", ColorMatrix::bt2020, ColorRange::limited, {74, 97, 240}, {0, 0, 255}}),
    [](const auto& which) { return std::string{which.param.name}; });

TEST(ResizeInto, ShrinkingAveragesAreasExactly) {
    Image source{PixelFormat::gray8, 6, 2};
    for (int x = 0; x < 6; ++x) {
        source.row(0)[x] = static_cast<std::uint8_t>(10 * x);
        source.row(1)[x] = static_cast<std::uint8_t>(10 * x + 100);
    }
    Image out;
    resize_into(source.view(), {}, PixelFormat::gray8, 2, 1, Fit::stretch, 0, out);
    EXPECT_EQ(out.row(0)[0], 60); // mean of 0 10 20 100 110 120
    EXPECT_EQ(out.row(0)[1], 90);
}

TEST(ResizeInto, UnevenShrinkingWeighsPartlyCoveredSamples) {
    Image source{PixelFormat::gray8, 3, 1};
    source.row(0)[0] = 0;
    source.row(0)[1] = 90;
    source.row(0)[2] = 240;
    Image out;
    resize_into(source.view(), {}, PixelFormat::gray8, 2, 1, Fit::stretch, 0, out);
    EXPECT_EQ(out.row(0)[0], 30);  // (0 + 90 / 2) / 1.5
    EXPECT_EQ(out.row(0)[1], 190); // (90 / 2 + 240) / 1.5
}

TEST(ResizeInto, GrowingKeepsAGradientStraight) {
    const Image ramp = gray_ramp(32, 4, 8); // value = 8 x
    Image out;
    resize_into(ramp.view(), {}, PixelFormat::gray8, 128, 4, Fit::stretch, 0, out);
    for (int x = 4; x < 124; ++x) // away from the ends, where there is nothing to mix with
        EXPECT_NEAR(out.row(2)[x], 8 * ((x + 0.5) / 4 - 0.5), 1) << x;
}

TEST(ResizeInto, SameSizeIsAnExactCopyInEveryPackedFormat) {
    Image source{PixelFormat::bgr24, 5, 3};
    for (int y = 0; y < 3; ++y)
        for (int i = 0; i < 15; ++i)
            source.row(y)[i] = static_cast<std::uint8_t>(17 * i + 51 * y);
    const Image same = crop_bgr(source.view(), {});
    Image swapped;
    resize_into(source.view(), {}, PixelFormat::rgb24, 5, 3, Fit::stretch, 0, swapped);
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 5; ++x) {
            EXPECT_EQ(pixel_at(same, x, y), pixel_at(source, x, y));
            EXPECT_EQ(pixel_at(swapped, x, y).blue, pixel_at(source, x, y).red);
            EXPECT_EQ(pixel_at(swapped, x, y).green, pixel_at(source, x, y).green);
        }
}

TEST(ResizeInto, GrayOfVideoIsFullRangeLuma) {
    const auto picture = solid_yuv(PixelFormat::i420, 8, 8, {126, 30, 220},
                                   {ColorMatrix::bt601, ColorRange::limited});
    Image out;
    resize_into(picture.view, {}, PixelFormat::gray8, 3, 3, Fit::stretch, 0, out);
    EXPECT_NEAR(out.row(1)[1], (126 - 16) * 255.0 / 219, 1);
}

TEST(ResizeInto, GrayOfAColorPictureFollowsTheLumaWeights) {
    const Image red = solid_bgr(4, 4, {0, 0, 255});
    Image out;
    resize_into(red.view(), {}, PixelFormat::gray8, 4, 4, Fit::stretch, 0, out);
    EXPECT_EQ(out.row(0)[0], 76);
}

TEST(ResizeInto, ReadsOnlyTheGivenPart) {
    Image source = solid_bgr(20, 20, {0, 0, 0});
    for (int y = 5; y < 10; ++y)
        for (int x = 5; x < 10; ++x)
            source.row(y)[3 * x + 1] = 200;
    Image out;
    resize_into(source.view(), {5, 5, 5, 5}, PixelFormat::bgr24, 16, 16, Fit::stretch, 0, out);
    for (int y = 0; y < 16; ++y)
        for (int x = 0; x < 16; ++x)
            EXPECT_EQ(pixel_at(out, x, y).green, 200) << x << ' ' << y;
}

TEST(ResizeInto, LetterboxCentresAndPads) {
    const Image wide = solid_bgr(200, 100, {10, 20, 30});
    const Image out = resized(wide.view(), 64, 64, Fit::letterbox_centre);
    EXPECT_EQ(pixel_at(out, 32, 15), (Pixel{114, 114, 114}));
    EXPECT_EQ(pixel_at(out, 0, 16), (Pixel{10, 20, 30}));
    EXPECT_EQ(pixel_at(out, 63, 47), (Pixel{10, 20, 30}));
    EXPECT_EQ(pixel_at(out, 32, 48), (Pixel{114, 114, 114}));
}

TEST(ResizeInto, LetterboxCornerStartsTopLeft) {
    const Image tall = solid_bgr(100, 200, {10, 20, 30});
    const Image out = resized(tall.view(), 64, 64, Fit::letterbox_corner);
    EXPECT_EQ(pixel_at(out, 0, 0), (Pixel{10, 20, 30}));
    EXPECT_EQ(pixel_at(out, 31, 63), (Pixel{10, 20, 30}));
    EXPECT_EQ(pixel_at(out, 32, 0), (Pixel{114, 114, 114}));
}

TEST(Letterbox, MapsCornersOfThePartThereAndBack) {
    const Image source = solid_bgr(640, 480, {1, 2, 3});
    for (const auto fit : {Fit::stretch, Fit::letterbox_corner, Fit::letterbox_centre})
        for (const PixelRect from : {PixelRect{}, PixelRect{100, 51, 201, 77}}) {
            Image out;
            const Letterbox box =
                resize_into(source.view(), from, PixelFormat::bgr24, 416, 416, fit, 0, out);
            const auto left = static_cast<float>(from.x);
            const float right = static_cast<float>(from.empty() ? 640 : from.x + from.width);
            const float at_left = left * box.scale_x + box.offset_x_px;
            const float at_right = right * box.scale_x + box.offset_x_px;
            const float middle = from.empty() ? 240.0F : static_cast<float>(from.y) + 38.0F;
            const auto y = static_cast<int>(middle * box.scale_y + box.offset_y_px);
            EXPECT_NEAR((at_left - box.offset_x_px) / box.scale_x, left, 1e-3);
            EXPECT_EQ(pixel_at(out, static_cast<int>(std::lround(at_left)), y), (Pixel{1, 2, 3}));
            EXPECT_EQ(pixel_at(out, static_cast<int>(std::lround(at_right)) - 1, y),
                      (Pixel{1, 2, 3}));
            EXPECT_NEAR(at_right - at_left, 416, 0.01); // both are wider than high
        }
}

TEST(ResizeInto, OnePixelPicturesOfEveryFormat) {
    const Image bgr = solid_bgr(1, 1, {9, 8, 7});
    EXPECT_EQ(pixel_at(resized(bgr.view(), 3, 2), 2, 1), (Pixel{9, 8, 7}));
    for (const auto format : {PixelFormat::i420, PixelFormat::nv12}) {
        const auto one =
            solid_yuv(format, 1, 1, {235, 128, 128}, {ColorMatrix::bt601, ColorRange::limited});
        EXPECT_NEAR(pixel_at(resized(one.view, 2, 2), 1, 1).green, 255, 1);
        EXPECT_NEAR(pixel_at(crop_bgr(one.view, {0, 0, 1, 1}), 0, 0).red, 255, 1);
    }
}

TEST(CropBgr, KeepsItsOwnSizeAndClampsTheRectangle) {
    const Image source = solid_bgr(10, 10, {1, 2, 3});
    const Image out = crop_bgr(source.view(), {7, -3, 50, 5});
    EXPECT_EQ(out.width_px(), 3);
    EXPECT_EQ(out.height_px(), 2);
    const Image far = crop_bgr(source.view(), {1000, 1000, std::numeric_limits<int>::max(), 5});
    EXPECT_EQ(far.width_px(), 1);
}

TEST(CropBgr, OddOffsetsTakeTheRightChroma) {
    // Left half red, right half blue; the border lies on a chroma sample.
    auto picture = solid_yuv(PixelFormat::i420, 16, 4, {81, 90, 240},
                             {ColorMatrix::bt601, ColorRange::limited});
    picture.fill_columns(8, 16, {41, 240, 110});
    const Image out = crop_bgr(picture.view, {5, 1, 8, 3});
    EXPECT_NEAR(pixel_at(out, 0, 0).red, 255, 2);
    EXPECT_NEAR(pixel_at(out, 1, 2).red, 255, 2);
    EXPECT_NEAR(pixel_at(out, 5, 0).blue, 255, 2);
    EXPECT_NEAR(pixel_at(out, 7, 2).blue, 255, 2);
}

TEST(Subview, SharesPixelsAndGrowsToEvenOffsetsFor420) {
    const auto picture =
        solid_yuv(PixelFormat::i420, 16, 16, {81, 90, 240}, {ColorMatrix::bt601, ColorRange::full});
    const ImageView part = subview(picture.view, {5, 7, 4, 4});
    EXPECT_EQ(part.width_px, 5);
    EXPECT_EQ(part.height_px, 5);
    EXPECT_EQ(part.planes[0].data,
              picture.view.planes[0].data + 6 * picture.view.planes[0].stride_bytes + 4);
    EXPECT_EQ(part.planes[1].data,
              picture.view.planes[1].data + 3 * picture.view.planes[1].stride_bytes + 2);
    EXPECT_EQ(part.range, ColorRange::full);
}

TEST(Subview, Nv12ChromaIsInPairs) {
    const auto picture =
        solid_yuv(PixelFormat::nv12, 16, 16, {81, 90, 240}, {ColorMatrix::bt601, ColorRange::full});
    const ImageView part = subview(picture.view, {4, 2, 4, 4});
    EXPECT_EQ(part.planes[1].data,
              picture.view.planes[1].data + picture.view.planes[1].stride_bytes + 4);
}

TEST(Subview, PackedFormatsKeepOddOffsets) {
    const Image source = solid_bgr(10, 10, {1, 2, 3});
    const ImageView part = subview(source.view(), {3, 1, 100, 100});
    EXPECT_EQ(part.width_px, 7);
    EXPECT_EQ(part.height_px, 9);
    EXPECT_EQ(part.planes[0].data, source.row(1) + 9);
}

TEST(Sharpness, FlatIsZeroAndCheckersBeatBlur) {
    EXPECT_EQ(sharpness(solid_bgr(9, 9, {5, 5, 5}).view(), {}), 0);
    EXPECT_EQ(sharpness(solid_bgr(2, 2, {5, 5, 5}).view(), {}), 0);
    Image checkers{PixelFormat::gray8, 8, 8};
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
            checkers.row(y)[x] = (x + y) % 2 == 0 ? 10 : 0;
    // The Laplacian is +40 or -40 everywhere inside, half each.
    EXPECT_FLOAT_EQ(sharpness(checkers.view(), {}), 1600);
    EXPECT_LT(sharpness(gray_ramp(8, 8, 3).view(), {}), 1);
}

} // namespace
} // namespace vedette::imaging
