#include "vedette/imaging/draw.h"

#include <gtest/gtest.h>
#include <limits>

#include "test_pictures.h"

namespace vedette::imaging {
namespace {

using testing::Pixel;
using testing::pixel_at;
using testing::solid_bgr;

int count_of(const Image& image, Pixel color) {
    int count = 0;
    for (int y = 0; y < image.height_px(); ++y)
        for (int x = 0; x < image.width_px(); ++x)
            count += pixel_at(image, x, y) == color ? 1 : 0;
    return count;
}

/// Pixels of black letters on yellow, or smoothed towards it.
int count_dark(const Image& image) {
    int count = 0;
    for (int y = 0; y < image.height_px(); ++y)
        for (int x = 0; x < image.width_px(); ++x) {
            const Pixel pixel = pixel_at(image, x, y);
            count += pixel.blue == 0 && pixel.green < 128 ? 1 : 0;
        }
    return count;
}

TEST(DrawRectangle, DrawsItsOutlineOnly) {
    Image on = solid_bgr(20, 20, {0, 0, 0});
    draw_rectangle(on, {2, 3, 10, 8}, {255, 0, 0}, 1);
    EXPECT_EQ(count_of(on, {0, 0, 255}), 2 * 10 + 2 * 8 - 4);
    EXPECT_EQ(pixel_at(on, 2, 3), (Pixel{0, 0, 255}));
    EXPECT_EQ(pixel_at(on, 11, 10), (Pixel{0, 0, 255}));
    EXPECT_EQ(pixel_at(on, 5, 5), (Pixel{0, 0, 0}));
}

TEST(DrawRectangle, CutsOffWhatLiesOutsideAndIgnoresEmptyOnes) {
    Image on = solid_bgr(20, 20, {0, 0, 0});
    draw_rectangle(on, {-5, -5, 10, 10}, {0, 255, 0}, 1);
    EXPECT_EQ(count_of(on, {0, 255, 0}), 5 + 4);
    draw_rectangle(on, {5, 5, 0, 10}, {0, 0, 255}, 1);
    EXPECT_EQ(count_of(on, {255, 0, 0}), 0);
}

TEST(DrawQuad, NonsenseCornersDoNotHurt) {
    Image on = solid_bgr(20, 20, {0, 0, 0});
    const float inf = std::numeric_limits<float>::infinity();
    draw_quad(
        on, {{{-inf, 0}, {inf, 1}, {std::numeric_limits<float>::quiet_NaN(), 9}, {1e20F, -1e20F}}},
        {1, 2, 3}, 2);
    draw_quad(on, {{{2, 2}, {17, 4}, {16, 15}, {3, 14}}}, {0, 0, 255}, 1);
    EXPECT_EQ(pixel_at(on, 2, 2), (Pixel{255, 0, 0}));
    EXPECT_EQ(pixel_at(on, 16, 15), (Pixel{255, 0, 0}));
}

TEST(DrawLabel, TextContrastsWithItsBackgroundAndStaysInside) {
    for (const auto& [x, y] : {std::pair{20, 60}, std::pair{-50, -50}, std::pair{1000, 1000}}) {
        Image on = solid_bgr(200, 80, {7, 7, 7});
        draw_label(on, x, y, "AB-123", {{255, 255, 0}, 14});
        EXPECT_GT(count_of(on, {0, 255, 255}), 500) << x;
        EXPECT_GT(count_dark(on), 60) << x;
    }
}

TEST(DrawLabel, LowerLeftCornerIsWhereItWasAskedFor) {
    Image on = solid_bgr(200, 80, {7, 7, 7});
    draw_label(on, 20, 60, "X", {{0, 0, 255}, 12});
    EXPECT_EQ(pixel_at(on, 20, 59), (Pixel{255, 0, 0}));
    EXPECT_EQ(pixel_at(on, 20, 60), (Pixel{7, 7, 7}));
    EXPECT_EQ(pixel_at(on, 19, 59), (Pixel{7, 7, 7}));
}

TEST(DrawLabel, UnknownCharactersBecomeOneQuestionMarkEach) {
    Image umlaut = solid_bgr(120, 40, {7, 7, 7});
    Image question = umlaut;
    draw_label(umlaut, 0, 39, "B\xC3\x9C 1", {{0, 0, 255}, 12});
    draw_label(question, 0, 39, "B? 1", {{0, 0, 255}, 12});
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 120; ++x)
            ASSERT_EQ(pixel_at(umlaut, x, y), pixel_at(question, x, y));
}

TEST(DrawLabel, ATinyPictureIsNoProblem) {
    Image on = solid_bgr(3, 2, {7, 7, 7});
    draw_label(on, 0, 1, "long text", {{0, 0, 255}, 20});
    EXPECT_EQ(count_of(on, {7, 7, 7}), 0);
}

} // namespace
} // namespace vedette::imaging
