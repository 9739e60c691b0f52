#include "vedette/domain/plate_text.h"

#include <cstdint>
#include <gtest/gtest.h>

namespace vedette::domain {
namespace {

TEST(NormalizePlate, KeepsLettersAndDigitsInUpperCase) {
    EXPECT_EQ(normalize_plate("ab-12 c.de"), "AB12CDE");
    EXPECT_EQ(normalize_plate("mü·xy 99"), "MÜXY99");
    EXPECT_EQ(normalize_plate("京A·12345"), "京A12345");
    EXPECT_EQ(normalize_plate("ＡＢ１２"), "AB12");
    EXPECT_EQ(normalize_plate("žя ÿ"), "ŽЯŸ");
    EXPECT_EQ(normalize_plate("A\xFF\xC3"), "A");
    EXPECT_EQ(normalize_plate(""), "");
}

TEST(NormalizePlate, IsIdempotent) {
    for (char32_t c = 1; c < 0x3000; ++c) {
        std::string text = "a";
        text += static_cast<char>(0xE0 | (c >> 12U));
        text += static_cast<char>(0x80 | ((c >> 6U) & 0x3F));
        text += static_cast<char>(0x80 | (c & 0x3F));
        const std::string once = normalize_plate(text);
        ASSERT_EQ(normalize_plate(once), once) << std::uint32_t{c};
    }
}

TEST(FoldPlate, MakesOAndIDigits) { EXPECT_EQ(fold_plate("IO10OB"), "10100B"); }

} // namespace
} // namespace vedette::domain
