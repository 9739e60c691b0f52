#include "vedette/imaging/mask.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "test_pictures.h"
#include "vedette/imaging/transform.h"

namespace vedette::imaging {
namespace {

using testing::Pixel;
using testing::pixel_at;
using testing::solid_bgr;
using testing::solid_yuv;
using testing::YuvPicture;

constexpr MaskCorner kTopLeft{0, 0};
constexpr MaskCorner kTopRight{1, 0};
constexpr MaskCorner kBottomRight{1, 1};
constexpr MaskCorner kBottomLeft{0, 1};

PictureMask box(float left, float top, float right, float bottom) {
    return PictureMask{{{{left, top}, {right, top}, {right, bottom}, {left, bottom}}}};
}

/// covered[y][x]
std::vector<std::vector<bool>> covered_by(const PictureMask& mask, int width, int height) {
    std::vector<std::vector<bool>> out(static_cast<std::size_t>(height),
                                       std::vector<bool>(static_cast<std::size_t>(width), false));
    for (const MaskRun& run : mask.runs(width, height))
        for (int x = run.begin; x < run.end; ++x) {
            auto pixel =
                out.at(static_cast<std::size_t>(run.y)).begin() + static_cast<std::ptrdiff_t>(x);
            EXPECT_FALSE(*pixel) << "twice at " << x << "," << run.y;
            *pixel = true;
        }
    return out;
}

int count_of(const std::vector<std::vector<bool>>& covered) {
    int count = 0;
    for (const auto& row : covered)
        count += static_cast<int>(std::count(row.begin(), row.end(), true));
    return count;
}

TEST(PictureMask, OfNothingCoversNothing) {
    EXPECT_TRUE(PictureMask{}.empty());
    EXPECT_TRUE(PictureMask{}.runs(100, 100).empty());
    EXPECT_TRUE((PictureMask{{{kTopLeft, kBottomRight}}}).runs(100, 100).empty());
}

TEST(PictureMask, OfTheWholePictureCoversAllOfIt) {
    const PictureMask all{{{kTopLeft, kTopRight, kBottomRight, kBottomLeft}}};
    for (const auto& [width, height] : {std::pair{1, 1}, {7, 5}, {1920, 1080}})
        EXPECT_EQ(count_of(covered_by(all, width, height)), width * height);
}

TEST(PictureMask, ABoxCoversItsPixelsAndThoseThatItTouches) {
    EXPECT_EQ(box(0.25F, 0.5F, 0.5F, 0.75F).runs(8, 4), (std::vector<MaskRun>{{2, 2, 4}}));
    EXPECT_EQ(box(0.41F, 0.41F, 0.42F, 0.42F).runs(10, 10), (std::vector<MaskRun>{{4, 4, 5}}));
}

TEST(PictureMask, ATriangleCoversEveryPixelThatItTouches) {
    const PictureMask triangle{{{{0, 0}, {1, 0}, {0, 1}}}};
    const auto covered = covered_by(triangle, 64, 64);
    for (std::size_t y = 0; y < 64; ++y)
        for (std::size_t x = 0; x < 64; ++x)
            EXPECT_EQ(covered[y][x], x + y < 64) << x << "," << y;
}

TEST(PictureMask, WhereEdgesCrossTheMiddleIsCoveredToo) {
    MaskPolygon star;
    for (int i = 0; i < 5; ++i) {
        const double angle = 2 * 2 * 3.14159265358979 * i / 5;
        star.push_back({static_cast<float>(0.5 + 0.5 * std::sin(angle)),
                        static_cast<float>(0.5 - 0.5 * std::cos(angle))});
    }
    const auto covered = covered_by(PictureMask{{star}}, 101, 101);
    EXPECT_TRUE(covered[50][50]);
    EXPECT_TRUE(covered[20][50]);
    EXPECT_FALSE(covered[5][5]);
    EXPECT_FALSE(covered[95][50]);
}

TEST(PictureMask, PolygonsThatOverlapAreOnePart) {
    const PictureMask two{{box(0.1F, 0.1F, 0.6F, 0.6F).polygons().front(),
                           box(0.4F, 0.4F, 0.9F, 0.9F).polygons().front()}};
    EXPECT_NEAR(count_of(covered_by(two, 100, 100)), 2500 + 2500 - 400, 210);
}

TEST(PictureMask, WhatLiesOutsideIsCutOff) {
    EXPECT_EQ(count_of(covered_by(box(-1, -1, 2, 2), 30, 20)), 600);
    EXPECT_TRUE(box(1.5F, 0, 2, 1).runs(30, 20).empty());
    EXPECT_EQ(count_of(covered_by(box(-1e30F, -1e30F, 1e30F, 1e30F), 30, 20)), 600);
}

/// Every point inside by the rule of the winding number is in a covered pixel.
TEST(PictureMask, NoPointInsideAnyPolygonIsLeftOpen) {
    std::mt19937 random{20261129};
    std::uniform_real_distribution<float> share{0, 1};
    for (int round = 0; round < 60; ++round) {
        MaskPolygon polygon(3 + random() % 6);
        for (MaskCorner& corner : polygon)
            corner = {share(random), share(random)};
        const int width = 1 + static_cast<int>(random() % 90);
        const int height = 1 + static_cast<int>(random() % 90);
        const auto covered = covered_by(PictureMask{{polygon}}, width, height);
        for (int i = 0; i < 300; ++i) {
            const double x = share(random);
            const double y = share(random);
            int winding = 0;
            for (std::size_t k = 0; k < polygon.size(); ++k) {
                const MaskCorner& a = polygon[k];
                const MaskCorner& b = polygon[(k + 1) % polygon.size()];
                if ((double{a.y} <= y) != (double{b.y} <= y) &&
                    x < a.x + (double{b.x} - a.x) * (y - a.y) / (double{b.y} - a.y))
                    winding += a.y < b.y ? 1 : -1;
            }
            if (winding != 0) {
                EXPECT_TRUE(covered[static_cast<std::size_t>(std::min(height - 1.0, y * height))]
                                   [static_cast<std::size_t>(std::min(width - 1.0, x * width))])
                    << "round " << round << ": " << x << "," << y;
            }
        }
    }
}

TEST(MaskPainter, MakesBgrBlackAndLeavesTheRest) {
    Image picture = solid_bgr(20, 8, {200, 150, 100});
    MaskPainter{box(0.25F, 0.25F, 0.5F, 0.5F)}.black_out(picture.view(),
                                                         {picture.row(0), nullptr, nullptr});
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 20; ++x) {
            const bool inside = x >= 5 && x < 10 && y >= 2 && y < 4;
            EXPECT_EQ(pixel_at(picture, x, y), inside ? Pixel{} : (Pixel{200, 150, 100}))
                << x << "," << y;
        }
}

TEST(MaskPainter, MakesGreyBlack) {
    Image picture{PixelFormat::gray8, 9, 9};
    std::fill_n(picture.row(0), 81, std::uint8_t{77});
    MaskPainter{box(0, 0, 1, 0.5F)}.black_out(picture.view(), {picture.row(0), nullptr, nullptr});
    EXPECT_EQ(picture.row(0)[0], 0);
    EXPECT_EQ(picture.row(4)[8], 0);
    EXPECT_EQ(picture.row(5)[0], 77);
}

class YuvMask : public ::testing::TestWithParam<std::tuple<PixelFormat, ColorRange>> {};

TEST_P(YuvMask, IsBlackWithoutAnyColourLeft) {
    const auto [format, range] = GetParam();
    YuvPicture picture = solid_yuv(format, 21, 11, {120, 40, 200}, {ColorMatrix::bt709, range});
    std::array<std::uint8_t*, 3> planes{picture.memory[0].data(), picture.memory[1].data(),
                                        picture.memory[2].data()};
    MaskPainter painter{PictureMask{{{{0, 0}, {0.5F, 0}, {0.5F, 0.5F}, {0, 0.5F}}}}};
    painter.black_out(picture.view, planes);
    const Image bgr = crop_bgr(picture.view, {});
    for (int y = 0; y < 11; ++y)
        for (int x = 0; x < 21; ++x) {
            const bool inside = x < 10 && y < 5;
            const bool outside = x >= 13 || y >= 8; // between them one shade of colour is shared
            if (inside || outside) {
                EXPECT_EQ(pixel_at(bgr, x, y) == Pixel{}, inside) << x << "," << y;
            }
        }
    for (int y = 0; y < 11; ++y) // nothing beyond the rows was touched
        EXPECT_EQ(picture.memory[0][static_cast<std::size_t>(y) * 34 + 25], 120);
}

INSTANTIATE_TEST_SUITE_P(AllFormats, YuvMask,
                         ::testing::Combine(::testing::Values(PixelFormat::i420, PixelFormat::nv12),
                                            ::testing::Values(ColorRange::limited,
                                                              ColorRange::full)));

TEST(MaskPainter, FollowsChangesOfSize) {
    MaskPainter painter{box(0.5F, 0, 1, 1)};
    for (const int width : {10, 40, 10}) {
        Image picture = solid_bgr(width, 4, {9, 9, 9});
        painter.black_out(picture.view(), {picture.row(0), nullptr, nullptr});
        EXPECT_EQ(pixel_at(picture, width / 2 - 1, 3), (Pixel{9, 9, 9}));
        EXPECT_EQ(pixel_at(picture, width / 2, 3), Pixel{});
        EXPECT_EQ(pixel_at(picture, width - 1, 0), Pixel{});
    }
}

} // namespace
} // namespace vedette::imaging
