#include "vedette/analysis/watchlist.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "vedette/domain/plate_text.h"
#include "vedette/ports/plate_matcher.h"

namespace vedette::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

domain::PlateText read_as(const std::string& text, float confidence = 0.95F) {
    return {.observed = text,
            .normalized = text,
            .resolved = text,
            .confidence = confidence,
            .character_confidence = {},
            .regions = {},
            .reads = 3};
}

WatchList list(std::string name, WatchRule rule, std::vector<std::string> plates,
               WatchKind kind = WatchKind::watch) {
    WatchList one;
    one.name = std::move(name);
    one.rule = rule;
    one.plates = std::move(plates);
    one.kind = kind;
    return one;
}

WatchIndex index_of(std::vector<WatchList> lists) {
    auto index = WatchIndex::make(std::move(lists));
    EXPECT_TRUE(index) << index.error().message();
    return index ? *std::move(index) : WatchIndex{};
}

std::string told(const WatchIndex& index, const domain::PlateText& plate) {
    std::string all;
    for (const WatchMatch& match : index.match(plate, {}, {}))
        all += match.list + ":" + std::string{to_string(match.nearness)} + "(" + match.why + ") ";
    return all;
}

TEST(WatchIndex, EachRuleGoesOneStepFurther) {
    const auto index = index_of({list("exact", WatchRule::exact, {"AB-12 cde"}),
                                 list("strict", WatchRule::strict, {"AB12CDE"}),
                                 list("balanced", WatchRule::balanced, {"AB12CDE"}),
                                 list("broad", WatchRule::broad, {"AB12CDE"})});
    EXPECT_EQ(told(index, read_as("AB12CDE")),
              "exact:exact(exactly) strict:exact(exactly) balanced:exact(exactly) "
              "broad:exact(exactly) ");
    EXPECT_EQ(told(index, read_as("A812CDE")),
              "strict:look_alike(B read as 8) balanced:look_alike(B read as 8) "
              "broad:look_alike(B read as 8) ");
    EXPECT_EQ(told(index, read_as("AB12CDX")), "balanced:one_edit(1 edit: AB12CDX) "
                                               "broad:one_edit(1 edit: AB12CDX) ");
    EXPECT_EQ(told(index, read_as("AB12CD")), "balanced:one_edit(1 edit: AB12CD) "
                                              "broad:one_edit(1 edit: AB12CD) ");
    EXPECT_EQ(told(index, read_as("XAB12CDEX")), "broad:two_edits(2 edits: XAB12CDEX) ");
    EXPECT_EQ(told(index, read_as("XY12CDX")), "");
}

TEST(WatchIndex, StrictAsksForASureRead) {
    const auto index = index_of({list("strict", WatchRule::strict, {"AB12CDE"})});
    EXPECT_NE(told(index, read_as("A812CDE", kStrictConfidence)), "");
    EXPECT_EQ(told(index, read_as("A812CDE", 0.89F)), "");
    EXPECT_EQ(told(index, read_as("A812CDE", std::nanf(""))), "");
    EXPECT_NE(told(index, read_as("AB12CDE", 0.2F)), "") << "the very signs";
}

TEST(WatchIndex, OnlyExactListsMayAct) {
    const auto index = index_of({list("exact", WatchRule::exact, {"AB12CDE", "AB12?DF"}),
                                 list("strict", WatchRule::strict, {"AB12CDE"})});
    const auto may_act = [&](const std::string& text) {
        std::vector<bool> all;
        for (const WatchMatch& match : index.match(read_as(text), {}, {}))
            all.push_back(match.may_act);
        return all;
    };
    EXPECT_THAT(may_act("AB12CDE"), ElementsAre(true, false));
    EXPECT_THAT(may_act("AB12XDF"), ElementsAre(true));
}

TEST(WatchIndex, FindsAReadUnderBothOfItsTexts) {
    const auto index = index_of({list("a", WatchRule::exact, {"AB12CDE"})});
    auto plate = read_as("A812CDE");
    plate.resolved = "AB12CDE";
    EXPECT_EQ(told(index, plate), "a:exact(exactly) ");
    std::swap(plate.resolved, plate.normalized);
    EXPECT_EQ(told(index, plate), "a:exact(exactly) ");
    EXPECT_EQ(told(index, domain::PlateText{}), "") << "nothing was read";
}

TEST(WatchIndex, WildcardsAreComparedAsTheyStand) {
    const auto index = index_of({list("a", WatchRule::broad, {"AB12?DE", "*999", "?Z*"})});
    EXPECT_EQ(told(index, read_as("AB12XDE")), "a:wildcard(AB12XDE fits AB12?DE) ");
    EXPECT_EQ(told(index, read_as("A812XDE")), "") << "no look-alikes, no edits";
    EXPECT_EQ(told(index, read_as("M999")), "a:wildcard(M999 fits *999) ");
    EXPECT_EQ(told(index, read_as("YZ")), "a:wildcard(YZ fits ?Z*) ");
    EXPECT_EQ(told(index, read_as("Z")), "");
}

TEST(WatchIndex, TheNearestPlateOfAListIsTold) {
    const auto index = index_of(
        {list("a", WatchRule::broad, {"AB12CDXY", "AB12CD*", "AB12CDX", "A812CDE", "AB12CDE"})});
    const auto matches = index.match(read_as("AB12CDE"), {}, {});
    ASSERT_EQ(matches.size(), 1U);
    EXPECT_EQ(matches[0].plate, "AB12CDE");
    EXPECT_EQ(index.match(read_as("AB12CD9"), {}, {})[0].plate, "AB12CD*");
}

TEST(WatchIndex, ShortPlatesKeepThreeSigns) {
    const auto index = index_of({list("a", WatchRule::broad, {"AB1", "CD12"})});
    EXPECT_EQ(told(index, read_as("AB")), "");
    EXPECT_EQ(told(index, read_as("AX1")), "");
    EXPECT_EQ(told(index, read_as("A81")), "a:look_alike(B read as 8) ");
    EXPECT_EQ(told(index, read_as("CD1")), "a:one_edit(1 edit: CD1) ");
    EXPECT_EQ(told(index, read_as("CX1")), "");
}

TEST(WatchIndex, ListsCountAtTheirCamerasAndHoursOnly) {
    auto one = list("a", WatchRule::exact, {"AB1"});
    one.cameras = {domain::CameraId{"gate"}};
    WatchHours night;
    night.days = {std::chrono::Friday};
    night.from = 22h;
    night.to = 6h;
    one.schedule = {night};
    const auto index = index_of({one});
    const domain::CameraId gate{"gate"};
    const auto matches = [&](const std::optional<domain::CameraId>& camera,
                             const std::optional<WallTime>& at) {
        return !index.match(read_as("AB1"), camera, at).empty();
    };
    const std::chrono::sys_days friday{std::chrono::year{2026} / 11 / 27};
    EXPECT_TRUE(matches(gate, WallTime{friday + 23h}));
    EXPECT_TRUE(matches(gate, WallTime{friday + 29h})) << "Saturday at 5: that night";
    EXPECT_FALSE(matches(gate, WallTime{friday + 30h}));
    EXPECT_FALSE(matches(gate, WallTime{friday + 5h})) << "the night began on Thursday";
    EXPECT_FALSE(matches(gate, WallTime{friday + 47h})) << "Saturday night";
    EXPECT_FALSE(matches(domain::CameraId{"yard"}, WallTime{friday + 23h}));
    EXPECT_TRUE(matches({}, {})) << "not asked";
}

TEST(WatchHours, AreThoseOfTheirPlace) {
    auto zone = TimeZone::find("+02:00");
    ASSERT_TRUE(zone);
    const std::chrono::sys_days monday{std::chrono::year{2026} / 11 / 23};
    const WatchHours hours{{std::chrono::Monday}, 8h, 17h, *zone};
    EXPECT_FALSE(hours.contains(WallTime{monday + 5h + 59min}));
    EXPECT_TRUE(hours.contains(WallTime{monday + 6h}));
    EXPECT_TRUE(hours.contains(WallTime{monday + 14h + 59min}));
    EXPECT_FALSE(hours.contains(WallTime{monday + 15h}));
    const WatchHours always{{}, 0min, 24h, *zone};
    EXPECT_TRUE(always.contains(WallTime{monday - 1us}));
    EXPECT_TRUE(always.contains(WallTime{monday}));
}

TEST(WatchVerdict, IgnoreListsSuppressWhatIsNotNearer) {
    const auto index =
        index_of({list("neighbours", WatchRule::broad, {"AB12CDE"}, WatchKind::ignore),
                  list("wanted", WatchRule::balanced, {"AB12CDX"}),
                  list("ours", WatchRule::exact, {"AB12CDE"}, WatchKind::known)});
    const auto verdict = [&](const std::string& text) {
        return judge(index.match(read_as(text), {}, {}));
    };
    const auto neighbour = verdict("AB12CDE");
    EXPECT_THAT(neighbour.matches, IsEmpty());
    EXPECT_EQ(neighbour.suppressed, 2U);
    ASSERT_TRUE(neighbour.ignored_by);
    EXPECT_EQ(neighbour.ignored_by->list, "neighbours");
    const auto wanted = verdict("AB12CDX");
    ASSERT_EQ(wanted.matches.size(), 1U) << "one edit from a neighbour hides no exact match";
    EXPECT_EQ(wanted.matches[0].list, "wanted");
    EXPECT_EQ(wanted.suppressed, 0U);
}

TEST(WatchIndex, RefusesPlatesThatMeanNothing) {
    const auto refusal = [](std::string plate, WatchRule rule = WatchRule::exact) {
        const auto index = WatchIndex::make({list("mine", rule, {std::move(plate)})});
        EXPECT_FALSE(index);
        return index ? "" : index.error().message();
    };
    EXPECT_THAT(refusal("- -"), HasSubstr("watch list 'mine': plate '- -' has no letter"));
    EXPECT_THAT(refusal("***"), HasSubstr("no letter or digit"));
    EXPECT_THAT(refusal("A?????????"), HasSubstr("more than 8 wildcards"));
    EXPECT_THAT(refusal(std::string(65, 'A')), HasSubstr("at most 64"));
    EXPECT_THAT(refusal(std::string(33, 'A'), WatchRule::strict), HasSubstr("more than 32 signs"));
    EXPECT_TRUE(WatchIndex::make({list("mine", WatchRule::exact, {std::string(33, 'A')})}));
}

TEST(WatchIndex, HasALimit) {
    auto many = list("many", WatchRule::exact, {});
    for (std::size_t i = 0; i <= WatchIndex::kMostPlates; ++i)
        many.plates.push_back("P" + std::to_string(i));
    EXPECT_FALSE(WatchIndex::make({many}));
    many.plates.pop_back();
    EXPECT_TRUE(WatchIndex::make({many}));
    auto open = list("open", WatchRule::exact, {});
    for (std::size_t i = 0; i <= WatchIndex::kMostWildcards; ++i)
        open.plates.push_back("P" + std::to_string(i) + "*");
    EXPECT_FALSE(WatchIndex::make({open}));
}

/// The index finds what comparing every plate finds.
TEST(WatchIndex, AgreesWithComparingEveryPlate) {
    std::mt19937_64 random{17};
    const auto number = [&](std::uint64_t below) { return random() % below; };
    const auto plate = [&] {
        constexpr std::string_view kSigns = "AB0O18Q";
        std::string text;
        for (auto signs = 1 + number(7); signs > 0; --signs)
            text += kSigns[number(kSigns.size())];
        return number(15) == 0 ? "\xc3\x9c" + text : text;
    };
    std::size_t matched = 0;
    for (int round = 0; round < 40; ++round) {
        std::vector<WatchList> lists;
        for (const WatchRule rule :
             {WatchRule::exact, WatchRule::strict, WatchRule::balanced, WatchRule::broad}) {
            lists.push_back(list(std::string{to_string(rule)}, rule, {}));
            for (int i = 0; i < 12; ++i)
                lists.back().plates.push_back(plate());
        }
        const auto index = index_of(lists);
        for (int i = 0; i < 60; ++i) {
            auto seen = read_as(plate(), static_cast<float>(number(3)) / 2.0F);
            if (number(3) == 0)
                seen.normalized = plate();
            std::vector<std::string> expected;
            for (const WatchList& one : lists) {
                const int edits = one.rule == WatchRule::broad      ? 2
                                  : one.rule == WatchRule::balanced ? 1
                                                                    : 0;
                const bool fits = std::any_of(
                    one.plates.begin(), one.plates.end(), [&](const std::string& listed) {
                        if (listed == seen.resolved || listed == seen.normalized)
                            return true;
                        if (one.rule == WatchRule::exact ||
                            (one.rule == WatchRule::strict && seen.confidence < kStrictConfidence))
                            return false;
                        const auto signs = static_cast<int>(ports::folded_signs(listed).size());
                        return ports::PlateMatcher::make(listed, ports::PlateMatch::fuzzy,
                                                         std::clamp(signs - 3, 0, edits))
                            ->match(seen)
                            .has_value();
                    });
                if (fits)
                    expected.push_back(one.name);
            }
            std::vector<std::string> found;
            for (const WatchMatch& match : index.match(seen, {}, {}))
                found.push_back(match.list);
            ASSERT_EQ(found, expected) << seen.resolved << " " << seen.normalized;
            matched += found.size();
        }
    }
    EXPECT_GT(matched, 500U);
}

} // namespace
} // namespace vedette::analysis
