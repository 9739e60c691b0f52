#include "vedette/recording/janitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "vedette/ports/testing/memory_recording_index.h"
#include "vedette/recording/deletion_plan.h"
#include "vedette/recording/forecast.h"

namespace vedette::recording {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr WallTime kNow{std::chrono::hours{24 * 1'000}};
constexpr std::chrono::hours kDay{24};

class JanitorTest : public ::testing::Test {
protected:
    /// \param age  of its end
    std::uint64_t put(const std::string& camera, std::chrono::seconds age,
                      const ports::RecordedActivity& activity = {}, std::uint64_t bytes = 1'000) {
        const std::string file = camera + "/" + std::to_string(age / 1s) + ".mp4";
        files_.put(file, std::string(bytes, 'x'));
        return index_
            .add({.id = 0,
                  .camera = domain::CameraId{camera},
                  .file = file,
                  .start = kNow - age - 10s,
                  .end = kNow - age,
                  .bytes = bytes,
                  .sha256 = std::string(64, 'a'),
                  .codec = "h264",
                  .audio_codec = {},
                  .width_px = 1,
                  .height_px = 1,
                  .fragments = {},
                  .gap = {},
                  .gap_cause = {},
                  .activity = activity,
                  .kept = false,
                  .doomed = false})
            .value();
    }
    Janitor janitor(const RetentionRules& rules) {
        return Janitor{rules, {files_, index_, metrics_, log_}};
    }
    [[nodiscard]] std::vector<std::string> left() const {
        std::vector<std::string> out;
        const auto rows = index_.list({});
        for (const auto& row : rows.value())
            out.push_back(row.file);
        EXPECT_EQ(files_.files().size(), out.size()) << "rows and files go together";
        return out;
    }

    static constexpr ports::RecordedActivity kMotion{.motion = 0.1, .object = 0, .alert = 0};
    static constexpr ports::RecordedActivity kObject{.motion = 0.1, .object = 0.8, .alert = 0};
    static constexpr ports::RecordedActivity kAlert{.motion = 0.1, .object = 0.8, .alert = 1};
    testing::CrashingFiles files_;
    ports::testing::MemoryRecordingIndex index_;
    NullMetrics metrics_;
    NullLog log_;
};

TEST_F(JanitorTest, WhereNothingWasGoesSoonAndADetectionLater) {
    put("gate", 30s);
    put("gate", 180s);
    put("gate", 181s, kMotion);
    put("gate", 9 * kDay, kObject);
    put("gate", 11 * kDay, kObject);
    auto one = janitor({});
    ASSERT_EQ(one.plan(kNow)->size(), 3U) << "a dry run deletes nothing";
    EXPECT_EQ(left().size(), 5U);
    EXPECT_EQ(one.tidy(kNow).value(), 3U);
    EXPECT_THAT(left(), ElementsAre("gate/777600.mp4", "gate/30.mp4"));
}

TEST_F(JanitorTest, WhoAsksHearsOfWhatIsGone) {
    std::vector<std::string> gone;
    const auto note = [&](const std::vector<ports::RecordedSegment>& rows) {
        for (const ports::RecordedSegment& row : rows)
            gone.push_back(row.file);
    };
    put("gate", 30s);
    put("gate", 180s);
    Janitor one{{}, Janitor::Parts{files_, index_, metrics_, log_, note}};
    ASSERT_TRUE(one.tidy(kNow));
    EXPECT_THAT(gone, ElementsAre("gate/180.mp4"));
}

TEST_F(JanitorTest, EachClassHasItsAgeAndTheLongestCounts) {
    RetentionRules rules;
    rules.by_camera["gate"] = {
        .continuous = 2 * kDay, .motion = 4 * kDay, .detections = 6 * kDay, .alerts = 8 * kDay};
    auto one = janitor(rules);
    for (int day = 1; day < 10; ++day) {
        put("gate", day * kDay + 1s);
        put("gate", day * kDay + 2s, kMotion);
        put("gate", day * kDay + 3s, kObject);
        put("gate", day * kDay + 4s, kAlert);
    }
    ASSERT_TRUE(one.tidy(kNow));
    EXPECT_EQ(left().size(), 1U + 3 + 5 + 7);
    EXPECT_EQ(one.tidy(kNow).value(), 0U);
    EXPECT_EQ(one.tidy(kNow + kDay).value(), 4U) << "a day later one of each";
}

TEST_F(JanitorTest, ACameraThatIsGoneHasTheGeneralRule) {
    RetentionRules rules;
    rules.by_camera["gate"].continuous = 5 * kDay;
    put("gate", kDay);
    put("old", kDay);
    auto one = janitor(rules);
    ASSERT_TRUE(one.tidy(kNow));
    EXPECT_THAT(left(), ElementsAre("gate/86400.mp4"));
}

TEST_F(JanitorTest, WhatIsKeptStaysUntilItIsLetGo) {
    const auto id = put("gate", 20 * kDay, kObject);
    ASSERT_TRUE(index_.keep(id, true));
    auto one = janitor({});
    ASSERT_TRUE(one.tidy(kNow));
    EXPECT_EQ(left().size(), 1U);
    ASSERT_TRUE(index_.keep(id, false));
    ASSERT_TRUE(one.tidy(kNow + 25h)) << "once a day all are looked at";
    EXPECT_THAT(left(), IsEmpty());
}

TEST_F(JanitorTest, BySizeTheOldestOfAllCamerasGoAndWhatWasSeenLast) {
    RetentionRules rules{.otherwise = {.continuous = 100 * kDay}, .max_bytes = 3'000};
    put("gate", 500s, kObject);
    put("gate", 400s);
    put("yard", 350s);
    put("gate", 300s);
    put("yard", 250s, kAlert);
    auto one = janitor(rules);
    ASSERT_EQ(one.tidy(kNow).value(), 2U);
    EXPECT_THAT(left(), ElementsAre("gate/500.mp4", "gate/300.mp4", "yard/250.mp4"));
    rules.max_bytes = 1'000;
    one.change(rules);
    ASSERT_EQ(one.tidy(kNow).value(), 2U);
    EXPECT_THAT(left(), ElementsAre("yard/250.mp4"));
}

TEST_F(JanitorTest, TheFloorOfFreeSpaceIsKept) {
    files_.set_space({.free_bytes = 40'000, .total_bytes = 1'000'000});
    RetentionRules rules{.otherwise = {.continuous = 100 * kDay}, .min_free = 0.05};
    for (int i = 0; i < 30; ++i)
        put("gate", std::chrono::seconds{1'000 - i});
    auto one = janitor(rules);
    const auto plan = one.plan(kNow);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->size(), 10U);
    EXPECT_EQ(plan->front().file, "gate/1000.mp4");
    EXPECT_EQ(plan->front().reason, DeletionReason::free_space);
}

TEST_F(JanitorTest, WhatIsDeletedByAgeIsNotCountedTwice) {
    RetentionRules rules{.max_bytes = 2'000};
    put("gate", 500s);
    put("gate", 400s, kObject);
    put("gate", 300s, kObject);
    auto one = janitor(rules);
    EXPECT_EQ(one.tidy(kNow).value(), 1U);
    EXPECT_THAT(left(), ElementsAre("gate/400.mp4", "gate/300.mp4"));
}

TEST_F(JanitorTest, GoesOnAfterTheDiskRefused) {
    put("gate", 500s);
    put("gate", 400s);
    auto one = janitor({});
    files_.fail_after(1, ErrorCode::unavailable);
    EXPECT_FALSE(one.tidy(kNow));
    files_.heal();
    ASSERT_TRUE(one.tidy(kNow));
    EXPECT_THAT(left(), IsEmpty());
    EXPECT_THAT(index_.doomed("", 10).value(), IsEmpty());
}

TEST_F(JanitorTest, AModeLeavesOutWhatIsNotSoInteresting) {
    constexpr ports::RecordedActivity kAround{.motion = 0, .object = 0.5, .alert = 0};
    constexpr ports::RecordedActivity kMoves{.motion = 0.1, .object = 0.5, .alert = 0};
    constexpr ports::RecordedActivity kSeen{.motion = 0, .object = 0.5, .alert = 0, .seen = 0.5};
    constexpr ports::RecordedActivity kButton{.motion = 0, .object = 0, .alert = 1, .seen = 1};
    put("gate", 1h, kAround);
    put("gate", 2h, kMoves);
    put("gate", 3h, kSeen);
    put("gate", 4h, kButton);
    const auto left_with = [&](KeepMode mode) {
        RetentionRules rules;
        rules.otherwise.detections_mode = rules.otherwise.alerts_mode = mode;
        return 4 - janitor(rules).plan(kNow)->size();
    };
    EXPECT_EQ(left_with(KeepMode::all), 4U);
    EXPECT_EQ(left_with(KeepMode::motion), 3U);
    EXPECT_EQ(left_with(KeepMode::active_objects), 2U);
}

TEST_F(JanitorTest, ATierSaysLessOfItsOwnClasses) {
    RetentionRules rules{.otherwise = {.continuous = 100 * kDay, .detections = 100 * kDay}};
    put("gate", 5 * kDay);
    put("gate", 5 * kDay + 1s, kObject);
    put("gate", 7 * kDay, kObject);
    rules.continuous.max_age = 3 * kDay;
    rules.events.max_age = 6 * kDay;
    auto one = janitor(rules);
    EXPECT_EQ(one.plan(kNow)->size(), 2U);
    rules.continuous.moves_on = rules.events.moves_on = true;
    one.change(rules);
    EXPECT_THAT(one.plan(kNow).value(), IsEmpty()) << "the next tier takes them";
    rules.otherwise.detections = 6 * kDay;
    rules.otherwise.continuous = 6 * kDay;
    one.change(rules);
    EXPECT_EQ(one.plan(kNow)->size(), 1U) << "what is old enough everywhere goes all the same";
}

TEST_F(JanitorTest, EachClassOfATierHasItsSize) {
    RetentionRules rules{.otherwise = {.continuous = 100 * kDay}};
    for (int i = 1; i <= 4; ++i) {
        put("gate", std::chrono::seconds{300 * i});
        put("yard", std::chrono::seconds{300 * i + 1}, kObject);
    }
    rules.continuous.max_bytes = 3'000;
    rules.events.max_bytes = 1'000;
    auto one = janitor(rules);
    const auto plan = one.plan(kNow).value();
    std::vector<std::string> files;
    for (const Deletion& deletion : plan) {
        EXPECT_EQ(deletion.reason, DeletionReason::size);
        files.push_back(deletion.file);
    }
    EXPECT_THAT(files,
                ElementsAre("gate/1200.mp4", "yard/1201.mp4", "yard/901.mp4", "yard/601.mp4"));
}

TEST_F(JanitorTest, NoMoreOfAClassGoesThanIsTooMuchThoughAModeLeavesSomeOfItOut) {
    RetentionRules rules{
        .otherwise = {.continuous = 100 * kDay, .detections_mode = KeepMode::motion}};
    put("gate", 1h);
    put("gate", 500s, {.object = 0.8}); // around a sighting, and nothing moves
    put("gate", 400s, kObject);
    put("gate", 300s, kObject);
    rules.events.max_bytes = 2'000;
    auto one = janitor(rules);
    const auto plan = one.plan(kNow).value();
    ASSERT_EQ(plan.size(), 1U);
    EXPECT_EQ(plan.front().file, "gate/500.mp4") << "what is worth least of it";
}

TEST_F(JanitorTest, LooksAfterItsOwnTierAlone) {
    const auto elsewhere = put("gate", 500s);
    ASSERT_TRUE(index_.move(elsewhere, "nas"));
    put("gate", 400s);
    auto one = janitor({});
    EXPECT_EQ(one.tidy(kNow).value(), 1U);
    EXPECT_TRUE(index_.find(elsewhere));
    Janitor other{{}, {files_, index_, metrics_, log_}, {.tier = "nas", .number = 2}};
    EXPECT_EQ(other.tidy(kNow).value(), 1U);
    EXPECT_THAT(left(), IsEmpty());
}

TEST_F(JanitorTest, APlanAheadSaysWhatGoesWhenAndWhy) {
    files_.set_space({.free_bytes = 500'000'000, .total_bytes = 1'000'000'000});
    RetentionRules rules{.otherwise = {.continuous = kDay}, .max_bytes = 10'000};
    for (int i = 0; i < 10; ++i)
        put("gate", 1h * i + 30min);
    const std::vector<TierRoom> rooms{
        {.tier = "", .rules = rules, .space = files_.space().value()}};
    // Ten files of 1 000 bytes and ten seconds: 8.64 MB a day, if it were all day.
    const auto now = plan_tiers(index_, rooms, kNow, 0s);
    ASSERT_TRUE(now);
    EXPECT_THAT(now->front().deletions, IsEmpty());
    const auto soon = plan_tiers(index_, rooms, kNow, 30s);
    ASSERT_TRUE(soon);
    const auto& deletions = soon->front().deletions;
    ASSERT_EQ(deletions.size(), 3U) << "3 000 bytes come in 30 s";
    EXPECT_EQ(deletions[0].file, "gate/34200.mp4");
    EXPECT_EQ(deletions[0].reason, DeletionReason::size);
    EXPECT_EQ(deletions[0].due, kNow);
    EXPECT_NEAR(std::chrono::duration<double>(deletions[2].due - kNow).count(), 20, 1);
    rules.max_bytes = 0;
    const std::vector<TierRoom> by_age{
        {.tier = "", .rules = rules, .space = files_.space().value()}};
    const auto later = plan_tiers(index_, by_age, kNow, 16h);
    ASSERT_TRUE(later);
    ASSERT_EQ(later->front().deletions.size(), 2U);
    EXPECT_EQ(later->front().deletions[0].due, kNow + 14h + 30min);
    EXPECT_EQ(later->front().deletions[1].due, kNow + 15h + 30min);
    const auto groups = grouped(later->front().deletions);
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].segments, 2U);
    EXPECT_EQ(groups[0].reason, DeletionReason::age);
    EXPECT_EQ(groups[0].last_due, kNow + 15h + 30min);
    EXPECT_EQ(plan_tiers(index_, by_age, kNow, 24h * 32).error().code(),
              ErrorCode::invalid_argument);
    EXPECT_EQ(left().size(), 10U);
}

TEST_F(JanitorTest, ATierThatIsAwayHasNoPlan) {
    put("gate", 500s);
    const std::vector<TierRoom> rooms{{.tier = "", .space = files_.space().value()},
                                      {.tier = "not known", .number = 2}};
    const auto plan = plan_tiers(index_, rooms, kNow, 24h);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->front().deletions.size(), 1U);
    EXPECT_FALSE(plan->back().here);
    EXPECT_THAT(plan->back().deletions, IsEmpty());
}

TEST_F(JanitorTest, ForecastsWhatComesToEachTier) {
    files_.set_space({.free_bytes = 50'000'000, .total_bytes = 100'000'000});
    for (int i = 0; i < 6; ++i)
        put("gate", std::chrono::seconds{10 * i}, i < 2 ? kObject : kMotion, 10'000);
    RetentionRules rules{.otherwise = {.continuous = 2 * kDay}};
    const auto space = files_.space().value();
    const std::vector<TierRoom> rooms{
        {.tier = "", .rules = rules, .space = space},
        {.tier = "nas", .number = 2, .rules = rules, .moves = {.after = 3 * kDay}, .space = space}};
    const auto one = forecast(index_, rooms);
    ASSERT_TRUE(one);
    EXPECT_NEAR(one->cameras.front().event_bytes_per_day, 86.4e6 / 3, 1);
    EXPECT_NEAR(one->tiers[0].bytes_per_day, 86.4e6, 1);
    EXPECT_NEAR(one->tiers[1].bytes_per_day, 86.4e6 / 3, 1)
        << "what is deleted after two days never comes there";
    EXPECT_NEAR(one->days, (45.06 + 45) / 86.4, 0.001);
}

TEST_F(JanitorTest, ForecastsByWhatCameInLately) {
    files_.set_space({.free_bytes = 50'000'000, .total_bytes = 100'000'000});
    for (int i = 0; i < 6; ++i)
        put("gate", std::chrono::seconds{10 * i}, {}, 10'000); // 1 000 a second
    const std::vector<TierRoom> rooms{{.tier = "", .space = files_.space().value()}};
    const auto one = forecast(index_, rooms);
    ASSERT_TRUE(one);
    EXPECT_NEAR(one->bytes_per_day, 86.4e6, 1);
    EXPECT_NEAR(one->days, 45.06 / 86.4, 0.001);
}

} // namespace
} // namespace vedette::recording
