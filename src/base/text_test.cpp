#include "vedette/base/text.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(LowerAscii, LeavesWhatIsNotAscii) {
    EXPECT_EQ(lower_ascii("RTSP://Ärger/AZ@[`az09"), "rtsp://Ärger/az@[`az09");
    EXPECT_EQ(lower_ascii(""), "");
}

TEST(SameIgnoringCase, ComparesAllOfBoth) {
    EXPECT_TRUE(same_ignoring_case("Content-Type", "content-TYPE"));
    EXPECT_FALSE(same_ignoring_case("Content", "Content-Type"));
    EXPECT_FALSE(same_ignoring_case("Content-Type", "Content"));
    EXPECT_FALSE(same_ignoring_case("a[", "a{")); // 32 apart, as letters are
}

TEST(AsIdentifier, HasOneSeparatorBetweenWordsAndNoneAtTheEnds) {
    EXPECT_EQ(as_identifier("Exposure Time, Absolute", '_'), "exposure_time_absolute");
    EXPECT_EQ(as_identifier("  --Hof / Tür 2 (neu)! ", '-'), "hof-t-r-2-neu");
    EXPECT_EQ(as_identifier("日本", '-'), "");
}

TEST(HexValue, KnowsBothCasesAndNothingElse) {
    EXPECT_EQ(hex_value('0'), 0);
    EXPECT_EQ(hex_value('9'), 9);
    EXPECT_EQ(hex_value('a'), 10);
    EXPECT_EQ(hex_value('F'), 15);
    for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'})
        EXPECT_EQ(hex_value(c), -1) << static_cast<int>(c);
}

} // namespace
} // namespace vedette
