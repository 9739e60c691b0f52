#include "vedette/recording/janitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "vedette/ports/testing/memory_recording_index.h"

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
    EXPECT_THAT(index_.doomed(10).value(), IsEmpty());
}

TEST_F(JanitorTest, ForecastsByWhatCameInLately) {
    files_.set_space({.free_bytes = 50'000'000, .total_bytes = 100'000'000});
    for (int i = 0; i < 6; ++i)
        put("gate", std::chrono::seconds{10 * i}, {}, 10'000); // 1 000 a second
    const auto one = forecast(files_, index_, {});
    ASSERT_TRUE(one);
    EXPECT_NEAR(one->bytes_per_day, 86.4e6, 1);
    EXPECT_NEAR(one->days, 45.06 / 86.4, 0.001);
}

} // namespace
} // namespace vedette::recording
