#include "demo/plate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <regex>

#include "demo/glyphs.h"

namespace vedette::media::demo {
namespace {

struct Form {
    PlateRegion region;
    const char* text;
};

class PlateForm : public ::testing::TestWithParam<Form> {};

TEST_P(PlateForm, FollowsTheCountrysGrammar) {
    Random random{3};
    const std::regex form{GetParam().text};
    for (int i = 0; i < 200; ++i) {
        const Plate plate = random_plate(GetParam().region, random);
        EXPECT_TRUE(std::regex_match(plate.text, form)) << plate.shown;
        EXPECT_LE(plate.text.size(), 8U) << plate.shown;
    }
}
INSTANTIATE_TEST_SUITE_P(
    Regions, PlateForm,
    ::testing::Values(Form{PlateRegion::germany, "[A-Z]{2,5}[1-9][0-9]{1,3}"},
                      Form{PlateRegion::france, "[A-HJ-NP-TV-Z]{2}[0-9]{3}[A-HJ-NP-TV-Z]{2}"},
                      Form{PlateRegion::poland, "[A-Z]{2}[1-9][0-9]{4}"},
                      Form{PlateRegion::spain, "[0-9]{4}[B-DF-HJ-NPR-TV-Z]{3}"},
                      Form{PlateRegion::great_britain, "[A-Z]{2}([0267][0-9]|[15][0-9])[A-Z]{3}"},
                      Form{PlateRegion::us_california, "[5-9][A-Z]{3}[0-9]{3}"},
                      Form{PlateRegion::us_new_york, "[A-Z]{3}[0-9]{4}"},
                      Form{PlateRegion::brazil, "[A-Z]{3}[0-9][A-J][0-9]{2}"},
                      Form{PlateRegion::argentina, "A[A-Z][0-9]{3}[A-Z]{2}"}));

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
