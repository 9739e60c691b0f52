#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "test_pictures.h"
#include "vedette/imaging/transform.h"

namespace vedette::imaging {
namespace {

using testing::Pixel;
using testing::pixel_at;
using testing::solid_bgr;

/// Four quarters of different colours, drawn into the rectangle.
Image quarters(int width, int height, PixelRect at) {
    Image out = solid_bgr(width, height, {0, 0, 0});
    for (int y = at.y; y < at.y + at.height; ++y)
        for (int x = at.x; x < at.x + at.width; ++x) {
            std::uint8_t* to = out.row(y) + 3 * x;
            to[0] = x < at.x + at.width / 2 ? 50 : 200;
            to[1] = y < at.y + at.height / 2 ? 60 : 220;
            to[2] = 100;
        }
    return out;
}

PixelQuad corners_of(PixelRect r) {
    const auto left = static_cast<float>(r.x), top = static_cast<float>(r.y);
    const auto right = static_cast<float>(r.x + r.width),
               bottom = static_cast<float>(r.y + r.height);
    return {{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
}

TEST(RectifyBgr, AnUprightQuadOfItsOwnSizeIsAnExactCrop) {
    const Image source = quarters(40, 30, {10, 8, 16, 12});
    const Image out = rectify_bgr(source.view(), corners_of({10, 8, 16, 12}), 16, 12);
    const Image expected = crop_bgr(source.view(), {10, 8, 16, 12});
    for (int y = 0; y < 12; ++y)
        for (int x = 0; x < 16; ++x)
            EXPECT_EQ(pixel_at(out, x, y), pixel_at(expected, x, y)) << x << ' ' << y;
}

TEST(RectifyBgr, TheOrderOfCornersTurnsThePicture) {
    const Image source = quarters(40, 30, {10, 8, 16, 12});
    const PixelQuad upright = corners_of({10, 8, 16, 12});
    const Image out =
        rectify_bgr(source.view(), {upright[2], upright[3], upright[0], upright[1]}, 16, 12);
    EXPECT_EQ(pixel_at(out, 1, 1),
              pixel_at(source, 24, 18)); // upside down: top left was bottom right
    EXPECT_EQ(pixel_at(out, 14, 10), pixel_at(source, 11, 9));
}

TEST(RectifyBgr, StraightensPerspective) {
    // The left edge is twice as high as the right one; rows are found by intersecting the real
    // lines.
    Image source = solid_bgr(100, 100, {0, 0, 0});
    for (int x = 20; x < 80; ++x) {
        const double top = 20 + (x + 0.5 - 20) / 60 * 15;
        const double bottom = 80 - (x + 0.5 - 20) / 60 * 15;
        for (int y = 0; y < 100; ++y)
            if (y + 0.5 >= top && y + 0.5 < bottom)
                source.row(y)[3 * x + 1] = y + 0.5 < 50 ? 240 : 120;
    }
    const Image out =
        rectify_bgr(source.view(), {{{20, 20}, {80, 35}, {80, 65}, {20, 80}}}, 60, 40);
    for (const int x : {3, 30, 56}) {
        EXPECT_NEAR(pixel_at(out, x, 4).green, 240, 6) << x;
        EXPECT_NEAR(pixel_at(out, x, 17).green, 240, 6) << x;
        EXPECT_NEAR(pixel_at(out, x, 22).green, 120, 6) << x;
        EXPECT_NEAR(pixel_at(out, x, 35).green, 120, 6) << x;
    }
}

TEST(RectifyBgr, StrongShrinkingAveragesInsteadOfSkipping) {
    Image stripes = solid_bgr(160, 160, {0, 0, 0});
    for (int y = 0; y < 160; ++y)
        for (int x = 0; x < 160; x += 2)
            for (int c = 0; c < 3; ++c)
                stripes.row(y)[3 * x + c] = 200;
    const Image out = rectify_bgr(stripes.view(), corners_of({0, 0, 160, 160}), 32, 32);
    for (int x = 1; x < 31; ++x)
        EXPECT_NEAR(pixel_at(out, x, 16).green, 100, 25) << x;
}

TEST(RectifyBgr, ReadsVideoFormats) {
    const auto red = testing::solid_yuv(PixelFormat::nv12, 64, 48, {81, 90, 240},
                                        {ColorMatrix::bt601, ColorRange::limited});
    const Image out = rectify_bgr(red.view, {{{10.5F, 9}, {50, 12}, {49, 30}, {11, 28}}}, 32, 16);
    EXPECT_NEAR(pixel_at(out, 16, 8).red, 255, 2);
    EXPECT_NEAR(pixel_at(out, 16, 8).blue, 0, 2);
}

TEST(RectifyBgr, CornersThatMakeNoSenseDoNotHurt) {
    const Image source = solid_bgr(20, 20, {9, 9, 9});
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float far = 1e30F;
    const Image outside = rectify_bgr(source.view(), corners_of({100, 100, 20, 10}), 8, 4);
    EXPECT_EQ(pixel_at(outside, 3, 3), (Pixel{0, 0, 0}));
    for (const PixelQuad& quad :
         {PixelQuad{{{nan, 0}, {1, 0}, {1, 1}, {0, 1}}},
          PixelQuad{{{3, 3}, {3, 3}, {3, 3}, {3, 3}}},
          PixelQuad{{{0, 0}, {5, 5}, {10, 10}, {15, 15}}},
          PixelQuad{{{-far, -far}, {far, -far}, {far, far}, {-far, far}}}}) {
        const Image out = rectify_bgr(source.view(), quad, 8, 4);
        EXPECT_EQ(out.width_px(), 8);
        EXPECT_EQ(out.height_px(), 4);
    }
}

} // namespace
} // namespace vedette::imaging
