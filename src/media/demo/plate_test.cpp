#include "demo/plate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "demo/glyphs.h"

namespace vedette::media::demo {
namespace {

/// What a country gives out: 'A' stands for a letter, '9' for a digit.
struct Form {
    PlateRegion region;
    std::vector<std::string> shapes;
    std::string never; ///< letters and signs that do not occur
};

std::string shape_of(std::string_view text) {
    std::string shape;
    for (const char c : text)
        shape += c >= 'A' && c <= 'Z' ? 'A' : c >= '0' && c <= '9' ? '9' : '?';
    return shape;
}

class PlateForm : public ::testing::TestWithParam<Form> {};

TEST_P(PlateForm, FollowsTheCountrysGrammar) {
    Random random{3};
    for (int i = 0; i < 200; ++i) {
        const Plate plate = random_plate(GetParam().region, random);
        EXPECT_THAT(GetParam().shapes, ::testing::Contains(shape_of(plate.text))) << plate.shown;
        EXPECT_EQ(plate.text.find_first_of(GetParam().never), std::string::npos) << plate.shown;
    }
}
INSTANTIATE_TEST_SUITE_P(Regions, PlateForm,
                         ::testing::Values(Form{PlateRegion::germany,
                                                {"AA99", "AA999", "AA9999", "AAA99", "AAA999",
                                                 "AAA9999", "AAAA99", "AAAA999", "AAAA9999"},
                                                "IQ"},
                                           Form{PlateRegion::france, {"AA999AA"}, "IOU"},
                                           Form{PlateRegion::poland, {"AA99999"}, "Q"},
                                           Form{PlateRegion::spain, {"9999AAA"}, "AEIOUQ"},
                                           Form{PlateRegion::great_britain, {"AA99AAA"}, "IQZ"},
                                           Form{PlateRegion::us_california, {"9AAA999"}, "IOQ"},
                                           Form{PlateRegion::us_new_york, {"AAA9999"}, "IOQ"},
                                           Form{PlateRegion::brazil, {"AAA9A99"}, "-"},
                                           Form{PlateRegion::argentina, {"AA999AA"}, "-"}));

TEST(Plate, IsTheSameForTheSameSeedAndAnotherForAnother) {
    Random one{5};
    Random same{5};
    Random other{6};
    const std::string text = random_plate(PlateRegion::france, one).text;
    EXPECT_EQ(random_plate(PlateRegion::france, same).text, text);
    EXPECT_NE(random_plate(PlateRegion::france, other).text, text);
}

TEST(Plate, ShowsDarkGlyphsOnALightGround) {
    Random random{5};
    const Plate plate = random_plate(PlateRegion::germany, random);
    const Texture texture = paint_plate(plate, PlateSide::front, 0.5F, 1);
    int dark = 0;
    int light = 0;
    for (int x = 0; x < texture.width(); ++x)
        for (int y = texture.height() / 4; y < texture.height() * 3 / 4; ++y) {
            const float v =
                texture
                    .sample({(static_cast<float>(x) + 0.5F) / static_cast<float>(texture.width()),
                             (static_cast<float>(y) + 0.5F) / static_cast<float>(texture.height())},
                            0)
                    .y;
            dark += v < 0.1F ? 1 : 0;
            light += v > 0.5F ? 1 : 0;
        }
    EXPECT_GT(dark, 500);
    EXPECT_GT(light, dark / 2);
}

TEST(Plate, RearOfABritishOneIsYellow) {
    Random random{5};
    const Plate plate = random_plate(PlateRegion::great_britain, random);
    const Color3 front = paint_plate(plate, PlateSide::front, 0.3F, 1).sample({0.02F, 0.5F}, 0);
    const Color3 rear = paint_plate(plate, PlateSide::rear, 0.3F, 1).sample({0.02F, 0.5F}, 0);
    EXPECT_GT(front.z, 0.4F);
    EXPECT_LT(rear.z, 0.2F);
}

TEST(Glyphs, KnowEveryLetterAndDigitAndDrawThemDifferently) {
    const std::string known = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const auto inked = [](char c) {
        std::vector<bool> cells;
        const auto strokes = glyph_strokes(c);
        for (float y = 0.125F; y < kGlyphHeight; y += 0.25F)
            for (float x = 0.125F; x < kGlyphWidth; x += 0.25F)
                cells.push_back(distance_to(strokes, {x, y}) < kGlyphPen / 2);
        return cells;
    };
    std::map<char, std::vector<bool>> drawn;
    for (const char c : known)
        drawn[c] = inked(c);
    for (const auto& [a, cells_a] : drawn) {
        EXPECT_THAT(cells_a, ::testing::Contains(true)) << a;
        for (const auto& [b, cells_b] : drawn) {
            std::size_t different = 0;
            for (std::size_t i = 0; i < cells_a.size(); ++i)
                different += cells_a[i] != cells_b[i] ? 1U : 0U;
            EXPECT_TRUE(a == b || different >= 8) << a << b << ' ' << different;
        }
    }
    EXPECT_TRUE(glyph_strokes('?').empty());
}

} // namespace
} // namespace vedette::media::demo
