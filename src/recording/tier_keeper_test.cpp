#include "vedette/recording/tier_keeper.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "file_digest.h"
#include "test_tiers.h"
#include "testing/temporary_folder.h"

namespace vedette::recording {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TwoTiers;

class TierKeeperTest : public ::testing::TestWithParam<TwoTiers::Sealed> {};
INSTANTIATE_TEST_SUITE_P(PlainAndSealed, TierKeeperTest,
                         ::testing::Values(TwoTiers::Sealed::no, TwoTiers::Sealed::yes),
                         [](const auto& one) {
                             return one.param == TwoTiers::Sealed::yes ? "sealed" : "plain";
                         });

TEST_P(TierKeeperTest, WhatIsOldEnoughMovesAndIsReadAsBefore) {
    TwoTiers tiers{GetParam()};
    const auto old = tiers.put(25h, 700'000);
    const auto young = tiers.put(23h);
    EXPECT_FALSE(tiers.pass());
    EXPECT_EQ(tiers.index.find(old)->tier, tiers.nas_id);
    EXPECT_EQ(tiers.index.find(young)->tier, "");
    tiers.expect_each_once();
    const auto row = tiers.index.find(old).value();
    EXPECT_EQ(digest_of(tiers.files(), row.file).value(), row.sha256);
    EXPECT_EQ(tiers.files().readable_bytes(row.file).value(), 700'000U);
    tiers.pass(TwoTiers::kNow + 2h);
    EXPECT_EQ(tiers.index.find(young)->tier, tiers.nas_id);
    tiers.expect_each_once();
    EXPECT_THAT(tiers.local.files(), IsEmpty()) << "the keys of a day go with its last recording";
}

TEST_P(TierKeeperTest, WhatIsDeletedThereTakesItsKeysWithIt) {
    TwoTiers tiers{GetParam()};
    tiers.put(25h);
    tiers.pass();
    ASSERT_FALSE(tiers.nas.files().empty());
    tiers.nas_rules.otherwise = {};
    tiers.start();
    tiers.pass(TwoTiers::kNow + 24h * 20);
    EXPECT_THAT(tiers.nas.files(), IsEmpty());
    EXPECT_EQ(tiers.deleted, 1U) << "and who asks hears of it";
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 0U);
}

TEST_P(TierKeeperTest, WhatIsGoneFromATierThatComesIsTold) {
    TwoTiers tiers{GetParam()};
    const auto gone = tiers.put(25h);
    tiers.pass();
    EXPECT_EQ(tiers.without_file, 0U);
    ASSERT_TRUE(tiers.nas.remove(tiers.index.find(gone)->file));
    tiers.start();
    tiers.pass();
    EXPECT_EQ(tiers.without_file, 1U);
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 0U);
}

/// Ends the move after any number of calls to either disk, cuts the power of both, and starts
/// again: each recording is on one tier, whole, at any time, and the move comes to its end.
TEST_P(TierKeeperTest, WhateverEndsAMoveNothingIsLostAndNothingIsTwice) {
    for (const bool nas_fails : {false, true})
        for (const double keep : {0.0, 0.5, 1.0})
            for (int calls = 0; calls < 24; ++calls) {
                SCOPED_TRACE(std::string{nas_fails ? "nas" : "local"} + " fails after " +
                             std::to_string(calls) + " calls, keeps " + std::to_string(keep));
                TwoTiers tiers{GetParam()};
                for (const auto age : {50h, 49h, 26h, 1h})
                    tiers.put(age, 3'000);
                (nas_fails ? tiers.nas : tiers.local).fail_after(calls, ErrorCode::unavailable);
                tiers.pass();
                tiers.pass();
                tiers.local.cut_power(keep);
                tiers.nas.cut_power(keep);
                const auto rows = tiers.index.list({}).value();
                ASSERT_EQ(rows.size(), 4U);
                for (const auto& row : rows)
                    EXPECT_EQ(
                        digest_of(*tiers.view(row.tier.empty() ? tiers.local : tiers.nas), row.file)
                            .value_or("lost"),
                        row.sha256);
                tiers.start();
                tiers.pass();
                tiers.expect_each_once();
                EXPECT_EQ(tiers.rows_on(""), 1U);
                EXPECT_EQ(tiers.rows_on(tiers.nas_id), 3U);
            }
}

TEST_P(TierKeeperTest, WhileATierIsAwayEverythingStaysAndGoesOnByItself) {
    TwoTiers tiers{GetParam()};
    const auto moved = tiers.put(50h);
    tiers.pass();
    tiers.put(26h);
    tiers.nas_is_here = false;
    tiers.pass();
    ASSERT_EQ(tiers.keeper().status().size(), 1U);
    const TierStatus away = tiers.keeper().status().front();
    EXPECT_FALSE(away.here);
    EXPECT_EQ(away.number, 2);
    EXPECT_THAT(away.problem, HasSubstr("/mnt/nas/.vedette-tier"));
    EXPECT_EQ(tiers.rows_on(""), 1U);
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 1U) << "what is there is not forgotten";
    const auto row = tiers.index.find(moved).value();
    const auto read = tiers.files().readable_bytes(row.file);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(read.error().message(), HasSubstr("/mnt/nas is away"));
    tiers.start(); // also over a start
    tiers.pass();
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 1U);
    tiers.nas_is_here = true;
    tiers.pass();
    EXPECT_TRUE(tiers.keeper().status().front().here);
    EXPECT_EQ(tiers.keeper().status().front().problem, "");
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 2U);
    tiers.expect_each_once();
}

TEST_P(TierKeeperTest, AFullTierLosesNothing) {
    TwoTiers tiers{GetParam()};
    tiers.put(26h);
    tiers.nas.fail_after(2, ErrorCode::resource_exhausted);
    tiers.pass();
    EXPECT_THAT(tiers.keeper().status().front().problem, HasSubstr("the disk refuses"));
    EXPECT_TRUE(tiers.keeper().status().front().here);
    EXPECT_EQ(tiers.rows_on(""), 1U);
    tiers.nas.heal();
    tiers.pass();
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 1U);
    tiers.expect_each_once();
}

TEST(TierKeeper, WhatIsDamagedStaysAndStopsNobody) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    const auto damaged = tiers.put(50h);
    const auto gone = tiers.put(49h);
    const auto sound = tiers.put(48h);
    tiers.local.put(tiers.index.find(damaged)->file, std::string(1'000, 'x'));
    ASSERT_TRUE(tiers.local.remove(tiers.index.find(gone)->file));
    tiers.pass();
    EXPECT_EQ(tiers.index.find(damaged)->tier, "");
    EXPECT_EQ(tiers.index.find(gone)->tier, "");
    EXPECT_EQ(tiers.index.find(sound)->tier, tiers.nas_id);
    EXPECT_EQ(tiers.nas.files().size(), 1U);
    EXPECT_EQ(tiers.keeper().status().front().problem, "");
}

TEST(TierKeeper, ATierTakesWhatItNamesAndWhatIsWorthTheWay) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    tiers.moves.continuous = false;
    tiers.nas_rules.otherwise = {.continuous = 100 * 24h, .detections = 100 * 24h};
    tiers.nas_rules.events.max_age = 24h * 3;
    tiers.start();
    const auto quiet = tiers.put(48h, 1'000, {.motion = 1});
    const auto seen = tiers.put(47h, 1'000, {.object = 0.5});
    const auto too_old = tiers.put(24h * 4, 1'000, {.object = 0.5});
    const auto kept = tiers.put(24h * 5, 1'000, {.object = 0.5});
    ASSERT_TRUE(tiers.index.keep(kept, true));
    tiers.pass();
    EXPECT_EQ(tiers.index.find(quiet)->tier, "");
    EXPECT_EQ(tiers.index.find(seen)->tier, tiers.nas_id);
    EXPECT_EQ(tiers.index.find(too_old)->tier, "") << "it would be deleted there at once";
    EXPECT_EQ(tiers.index.find(kept)->tier, tiers.nas_id);
}

TEST(TierKeeper, WhatIsNearlyFullIsEmptiedEarlier) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    tiers.rules.max_bytes = 10'000;
    tiers.start();
    for (int i = 1; i <= 9; ++i)
        tiers.put(1h * i);
    tiers.pass();
    EXPECT_EQ(tiers.rows_on(""), 9U);
    tiers.put(10min);
    const auto new_one = tiers.put(10s);
    tiers.pass();
    EXPECT_EQ(tiers.rows_on(""), 1U);
    EXPECT_EQ(tiers.index.find(new_one)->tier, "") << "what is in it is not certain yet";
    tiers.expect_each_once();
}

TEST(TierKeeper, OnlyTheClassThatIsNearlyFullMovesEarlier) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    tiers.rules.events.max_bytes = 2'000;
    tiers.start();
    const auto quiet = tiers.put(3h, 1'000, {.motion = 1});
    const auto first = tiers.put(2h);
    const auto second = tiers.put(1h);
    tiers.pass();
    EXPECT_EQ(tiers.index.find(quiet)->tier, "");
    EXPECT_EQ(tiers.index.find(first)->tier, tiers.nas_id);
    EXPECT_EQ(tiers.index.find(second)->tier, tiers.nas_id);
    tiers.pass(TwoTiers::kNow + 22h);
    EXPECT_EQ(tiers.index.find(quiet)->tier, tiers.nas_id) << "in its own time";
    tiers.expect_each_once();
}

TEST(TierKeeper, ACopyThatIsNotWholeTakesNoWholeOneAway) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    const auto id = tiers.put(1h, 1'000);
    const auto row = tiers.index.find(id).value();
    tiers.nas.put(row.file, "cut off");
    ASSERT_TRUE(tiers.index.move(id, tiers.nas_id));
    tiers.pass();
    EXPECT_EQ(tiers.index.find(id)->tier, "");
    EXPECT_EQ(digest_of(tiers.files(), row.file).value(), row.sha256);
    tiers.start();
    tiers.pass();
    tiers.expect_each_once();
}

TEST(TierKeeper, MovesNoFasterThanItMay) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    tiers.moves.bytes_per_second = 1'000'000;
    tiers.start();
    tiers.put(48h, 4'000'000);
    tiers.pass();
    EXPECT_GT(tiers.waited, 3s) << "the clock stands still, so each piece waits from the beginning";
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 1U);
}

TEST(TierKeeper, AStopEndsAMoveBetweenTwoPieces) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    tiers.put(48h, 4'000'000);
    std::stop_source stop;
    stop.request_stop();
    tiers.pass(TwoTiers::kNow, stop.get_token());
    EXPECT_EQ(tiers.rows_on(""), 1U);
    tiers.pass();
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 1U);
}

TEST(TierKeeper, AnotherDiskInItsPlaceIsAnotherTier) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    const auto first = tiers.put(48h);
    tiers.pass();
    const std::string first_id = std::exchange(tiers.nas_id, "fedcba9876543210");
    for (const auto& [name, content] : tiers.nas.files())
        ASSERT_TRUE(tiers.nas.remove(name)); // the other disk is empty
    const auto second = tiers.put(23h);
    tiers.pass(TwoTiers::kNow + 2h);
    EXPECT_EQ(tiers.index.find(first)->tier, first_id) << "it comes back with its disk";
    EXPECT_EQ(tiers.index.find(second)->tier, tiers.nas_id);
}

TEST(TierKeeper, MovesAHundredFilesAtOnceAndSaysThatThereIsMore) {
    TwoTiers tiers{TwoTiers::Sealed::no};
    for (int i = 0; i < 150; ++i)
        tiers.put(48h + 10s * i, 100);
    EXPECT_TRUE(tiers.pass());
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 100U);
    EXPECT_FALSE(tiers.pass());
    EXPECT_EQ(tiers.rows_on(tiers.nas_id), 150U);
}

TEST(Tier, OneThatDoesNotAnswerIsAway) {
    ManualClock clock;
    testing::CrashingFiles disk;
    std::function<void()> during = [] {};
    Tier tier{"/mnt/nas",
              [&]() -> Result<std::string> {
                  during();
                  return std::string{"0123456789abcdef"};
              },
              [&](const std::string& id) -> Result<TierFiles> {
                  return TierFiles{id, std::make_shared<testing::BorrowedFiles>(disk),
                                   std::make_shared<testing::BorrowedFiles>(disk)};
              },
              clock};
    EXPECT_EQ(tier.here(), nullptr);
    tier.look();
    EXPECT_NE(tier.here(), nullptr);
    during = [&] {
        clock.advance(9s);
        EXPECT_NE(tier.here(), nullptr);
        clock.advance(2s);
        EXPECT_EQ(tier.here(), nullptr);
        EXPECT_THAT(tier.why_away(), HasSubstr("does not answer"));
    };
    tier.look();
    EXPECT_NE(tier.here(), nullptr) << "it did answer after all";
}

TEST(TierMarker, AFolderWithoutOneIsNoTier) {
    const TemporaryFolder folder;
    const auto refused = tier_in(folder / "nas", MarkerUse::claim);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message(), HasSubstr("touch "));
    EXPECT_FALSE(std::filesystem::exists(folder / "nas")) << "nobody makes it";
    std::filesystem::create_directory(folder / "nas");
    EXPECT_FALSE(tier_in(folder / "nas", MarkerUse::claim));
    const auto files = open_marked_folder(folder / "nas", std::string{kTierMarker});
    const auto made = files->create("gate/2026-11-28/14/142305.250000.mp4");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code(), ErrorCode::unavailable);
    EXPECT_TRUE(std::filesystem::is_empty(folder / "nas")) << "nothing is put there";
}

TEST(TierMarker, IsClaimedOnceAndThenStays) {
    const TemporaryFolder folder;
    std::ofstream{folder / ".vedette-tier"};
    EXPECT_EQ(tier_in(folder / "", MarkerUse::look).value(), "") << "who only looks writes nothing";
    const auto id = tier_in(folder / "", MarkerUse::claim);
    ASSERT_TRUE(id) << id.error().message();
    EXPECT_EQ(id->size(), 16U);
    EXPECT_EQ(tier_in(folder / "", MarkerUse::claim).value(), *id);
    EXPECT_EQ(tier_in(folder / "", MarkerUse::look).value(), *id);
    std::filesystem::create_directory(folder / "lost+found");
    const auto files = open_marked_folder(folder / "", std::string{kTierMarker});
    EXPECT_THAT(files->list().value(), IsEmpty()) << "the marker is no recording";
    ASSERT_TRUE(files->create("gate/2026-11-28/14/142305.250000.mp4"));
    EXPECT_EQ(files->list()->size(), 1U);
    std::ofstream{folder / ".vedette-tier"} << "my holiday pictures\n";
    EXPECT_EQ(tier_in(folder / "", MarkerUse::claim).error().code(), ErrorCode::data_loss);
}

} // namespace
} // namespace vedette::recording
