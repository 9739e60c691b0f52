#include "vedette/ports/plate_matcher.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "plate_difference.h"
#include "vedette/base/utf8.h"

namespace vedette::ports {
namespace {

std::size_t plain_distance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = fold_confusable(a[i - 1]) == fold_confusable(b[j - 1]);
            const std::size_t replaced = diagonal + (same ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

std::string chance_text(std::mt19937& random, std::size_t longest) {
    constexpr std::u32string_view kSigns = U"AB8O0DXY\u00dc\u4eac";
    std::string text;
    const std::size_t signs = 1 + random() % longest;
    for (std::size_t i = 0; i < signs; ++i)
        append_utf8(text, kSigns[random() % kSigns.size()]);
    return text;
}

TEST(PlateMatcher, FuzzyAgreesWithThePlainEditDistance) {
    std::mt19937 random{7};
    int hits = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string typed = chance_text(random, i % 50 == 0 ? 20 : 6);
        const std::string text = chance_text(random, i % 50 == 0 ? 20 : 6);
        const int edits = static_cast<int>(random() % 3);
        const auto matcher = PlateMatcher::make(typed, PlateMatch::fuzzy, edits);
        ASSERT_TRUE(matcher);
        const bool near = plain_distance(decode_utf8(typed), decode_utf8(text)) <=
                          static_cast<std::size_t>(edits);
        hits += near ? 1 : 0;
        ASSERT_EQ(matcher->fits(text), near) << typed << " " << text << " " << edits;
        ASSERT_EQ(difference(typed, text).edits,
                  static_cast<int>(plain_distance(decode_utf8(typed), decode_utf8(text))));
    }
    EXPECT_GT(hits, 1'000);
}

TEST(PlateMatcher, TakesSixtyFourSignsAndNoMore) {
    const std::string longest(64, 'A');
    const auto matcher = PlateMatcher::make(longest, PlateMatch::fuzzy, 1);
    ASSERT_TRUE(matcher);
    EXPECT_TRUE(matcher->fits(longest));
    EXPECT_TRUE(matcher->fits(longest + "A"));
    EXPECT_FALSE(matcher->fits(longest + "AA"));
    EXPECT_FALSE(PlateMatcher::make(longest + "A", PlateMatch::fuzzy, 1));
}

TEST(PlateMatcher, KnowsWhatEveryFittingTextBeginsWith) {
    const auto beginning = [](const char* typed, PlateMatch how) {
        return PlateMatcher::make(typed, how, 1).value().beginning();
    };
    EXPECT_EQ(beginning("ab-1", PlateMatch::exact), "AB1");
    EXPECT_EQ(beginning("ab-1", PlateMatch::prefix), "AB1");
    EXPECT_EQ(beginning("ab?1*", PlateMatch::wildcard), "AB");
    EXPECT_EQ(beginning("*ab", PlateMatch::wildcard), "");
    EXPECT_EQ(beginning("ab", PlateMatch::fuzzy), "");
}

TEST(PlateMatcher, StaysQuickOnTheWorstWildcards) {
    const auto matcher = PlateMatcher::make("*A?A*A?A*A?A*A*A*B", PlateMatch::wildcard, 0);
    ASSERT_TRUE(matcher);
    EXPECT_FALSE(matcher->fits(std::string(100'000, 'A')));
}

TEST(PlateMatcher, ReadsBrokenUtf8AsSignsThatFitNothing) {
    const auto wildcard = PlateMatcher::make("A??B", PlateMatch::wildcard, 0);
    EXPECT_TRUE(wildcard->fits("A\xff\xff"
                               "B"));
    const auto fuzzy = PlateMatcher::make("AB", PlateMatch::fuzzy, 1);
    EXPECT_TRUE(fuzzy->fits("A\xff"
                            "B"));
    EXPECT_FALSE(fuzzy->fits("A\xff\xff"
                             "B"));
    EXPECT_FALSE(fuzzy->fits("\xf0\x90"));
}

TEST(PlateMatcher, FindsNothingInAnEmptyText) {
    EXPECT_FALSE(PlateMatcher::make("A", PlateMatch::fuzzy, 2)->fits(""));
    EXPECT_TRUE(PlateMatcher::make("A", PlateMatch::fuzzy, 2)->fits("XY"));
}

TEST(PlateMatcher, TellsTheNearerOfTheTwoTexts) {
    domain::PlateText plate;
    plate.normalized = "A812CX";
    plate.resolved = "AB12CX";
    const auto matcher = PlateMatcher::make("AB12CD", PlateMatch::fuzzy, 1);
    EXPECT_EQ(matcher->match(plate), "1 edit: AB12CX");
    plate.normalized = "AB12CD";
    EXPECT_EQ(matcher->match(plate), "");
    plate.normalized = plate.resolved = "";
    EXPECT_EQ(matcher->match(plate), std::nullopt);
}

} // namespace
} // namespace vedette::ports
