#include "app/lifecycle/shadow_tally.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using domain::Detection;
using domain::NormBox;
using domain::PlateRead;
using ::testing::HasSubstr;

constexpr NormBox kHere{0.1F, 0.1F, 0.2F, 0.2F};
constexpr NormBox kNearHere{0.11F, 0.1F, 0.2F, 0.2F};
constexpr NormBox kThere{0.6F, 0.6F, 0.2F, 0.2F};

Detection seen(NormBox box, const std::string& label = "car", float score = 0.9F) {
    return {box, score, label, {}};
}

PlateRead read(NormBox box, const std::string& text) {
    PlateRead made;
    made.text = text;
    made.corners = domain::corners_of(box);
    return made;
}

TEST(Agreement, ThingsAreTheSameByLabelAndPlace) {
    const std::vector<Detection> live{seen(kHere), seen(kThere), seen(kThere, "person")};
    const std::vector<Detection> shadow{seen(kNearHere), seen(kThere, "bus"),
                                        seen(kHere, "person")};
    EXPECT_EQ(agreement_on_things(live, shadow, 0.5F), (Agreement{1, 2, 2, 0}));
    EXPECT_EQ(agreement_on_things(live, live, 0.5F), (Agreement{3, 0, 0, 0}));
    EXPECT_EQ(agreement_on_things({}, shadow, 0.5F), (Agreement{0, 0, 3, 0}));
}

TEST(Agreement, EachThingCountsOnceAndWeakOnesDont) {
    const std::vector<Detection> live{seen(kHere), seen(kNearHere)};
    const std::vector<Detection> shadow{seen(kHere), seen(kThere, "car", 0.4F)};
    EXPECT_EQ(agreement_on_things(live, shadow, 0.5F), (Agreement{1, 1, 0, 0}));
}

TEST(Agreement, TextsAreComparedWhereTheyWereRead) {
    const std::vector<PlateRead> live{read(kHere, "AB12"), read(kThere, "XY99")};
    const std::vector<PlateRead> shadow{read(kNearHere, "AB12"), read(kThere, "XY98")};
    EXPECT_EQ(agreement_on_texts(live, shadow), (Agreement{1, 0, 0, 1}));
    EXPECT_EQ(agreement_on_texts(live, {}), (Agreement{0, 2, 0, 0}));
    EXPECT_EQ(agreement_on_texts({}, shadow), (Agreement{0, 0, 2, 0}));
}

ShadowTally tally() {
    ShadowTally made;
    made.task = "object";
    made.live = {"object", "old@1", std::string(64, 'a')};
    made.shadow = {"object", "new@2", std::string(64, 'b')};
    made.since = WallTime{std::chrono::hours{500'000}};
    return made;
}

TEST(ShadowTally, KeepsTheNewestDisagreementsAsExamples) {
    ShadowTally counted = tally();
    for (std::size_t i = 0; i < kMostExamples + 10; ++i) {
        counted.add({3, 0, 0, 0}, "gate", WallTime{});
        counted.add({1, 1, 0, 0}, "gate", WallTime{} + std::chrono::seconds{i});
    }
    EXPECT_EQ(counted.pictures, 2 * (kMostExamples + 10));
    EXPECT_EQ(counted.agreement.both, 4 * (kMostExamples + 10));
    ASSERT_EQ(counted.examples.size(), kMostExamples);
    EXPECT_EQ(counted.examples.front().at, WallTime{} + std::chrono::seconds{10});
}

TEST(ShadowTally, ComesBackFromItsFile) {
    const vedette::TemporaryFolder place;
    const DataFolder folder{place.path()};
    EXPECT_TRUE(load_shadow_tallies(folder)->empty());
    ShadowTally counted = tally();
    counted.add({1, 2, 3, 4}, "gate", counted.since);
    counted.passed_over = 7;
    counted.failures = 1;
    ASSERT_TRUE(keep_shadow_tallies(folder, {counted}));
    const auto back = load_shadow_tallies(folder);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(to_json(*back), to_json(std::vector{counted}));
    EXPECT_TRUE(back->front().is_of(counted.live, counted.shadow));
    EXPECT_THAT(describe(back->front()), HasSubstr("new@2 beside old@1 (object): 1 pictures"));
    std::ofstream{folder.shadow()} << "{";
    const auto damaged = load_shadow_tallies(folder);
    ASSERT_FALSE(damaged);
    EXPECT_THAT(damaged.error().message(), HasSubstr("shadow.json"));
}

TEST(ShadowTally, RefusesWhatItNeverWrote) {
    ShadowTally counted = tally();
    counted.add({1, 2, 3, 4}, "gate", counted.since);
    const std::string good = to_json(std::vector{counted});
    for (std::size_t size = 0; size < good.rfind('}'); size += 7)
        EXPECT_FALSE(shadow_tallies_in(std::string_view{good}.substr(0, size))) << size;
    for (const auto& [from, to] :
         {std::pair{"\"both\": 1", "\"both\": \"1\""},
          std::pair{"\"pictures\": 1", "\"picture\": 1"},
          std::pair{"\"vedette_shadow\": 1", "\"vedette_shadow\": 2"}, std::pair{"Z\"", "\""}}) {
        std::string bad = good;
        bad.replace(bad.find(from), std::string{from}.size(), to);
        EXPECT_FALSE(shadow_tallies_in(bad)) << from;
    }
}

} // namespace
} // namespace vedette::app
