#include <optional>

#include "log/segmented_log_fixture.h"

namespace vedette::events {
namespace {

using ports::LogPosition;

TEST_F(SegmentedLogTest, ForgetsWholeFilesOldestFirst) {
    append_singly(30);
    const std::size_t before = files().size();
    const auto third = *first_of_segment(files()[2]);
    ASSERT_TRUE(log_->forget(LogPosition{third.value() + 1}));
    EXPECT_EQ(first(), third.value());
    EXPECT_EQ(files().size(), before - 2);
    ASSERT_TRUE(log_->forget(LogPosition{30}));
    EXPECT_EQ(files().size(), 1U) << "the newest file stays";
    power_cut();
    EXPECT_EQ(last(), 30U);
}

TEST_F(SegmentedLogTest, WhatCannotBeRemovedStays) {
    append_singly(30);
    fail_call(1, ErrorCode::unavailable);
    EXPECT_FALSE(log_->forget(LogPosition{30}));
    EXPECT_EQ(first(), 1U);
    EXPECT_EQ(count_intact(), 30U);
}

TEST_F(SegmentedLogTest, KeepsByAge) {
    ASSERT_TRUE(append(3));
    clock_.advance(48h);
    ASSERT_TRUE(append(3));
    auto report = log_->retain({.older_than = clock_.wall_now() - 72h});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->events, 0U);
    report = log_->retain({.older_than = clock_.wall_now() - 30h});
    EXPECT_EQ(report->events, 0U)
        << "what is in it may have been appended up to a day after it was started";
    report = log_->retain({.older_than = clock_.wall_now()});
    EXPECT_EQ(report->events, 3U);
    EXPECT_EQ(report->unread, 0U);
    EXPECT_GT(report->bytes, 0U);
    EXPECT_EQ(first(), 4U);
    clock_.advance(48h);
    report = log_->retain({.older_than = clock_.wall_now() - 1h});
    EXPECT_EQ(report->events, 3U) << "the newest file, too, when all in it is old";
    EXPECT_EQ(last(), 6U);
    power_cut();
    EXPECT_EQ(append(1)->value(), 7U);
}

TEST_F(SegmentedLogTest, FreesAFullDiskBeforeItAsksForMore) {
    append_singly(30);
    clock_.advance(100h);
    const auto newest = *first_of_segment(files().back());
    const std::uint64_t to_remove_all_others = 2 * (files().size() - 1);
    disk_.set_fault([=](std::uint64_t call) -> std::optional<Error> {
        return call > to_remove_all_others
                   ? std::optional{Error{ErrorCode::resource_exhausted, "No space left"}}
                   : std::nullopt;
    });
    const auto refused = log_->retain({.older_than = clock_.wall_now()});
    ASSERT_FALSE(refused) << "the newest file could not make way for a new one";
    EXPECT_EQ(first(), newest.value());
    disk_.set_fault(nullptr);
    EXPECT_TRUE(log_->retain({.older_than = clock_.wall_now()}));
    EXPECT_EQ(first(), 31U);
}

TEST_F(SegmentedLogTest, AgeWaitsForTheSlowestSubscriberAndSizeDoesNot) {
    append_singly(30);
    clock_.advance(100h);
    ASSERT_TRUE(append(1));
    const auto second = *first_of_segment(files()[1]);
    auto report = log_->retain({.older_than = clock_.wall_now(), .handled = second});
    EXPECT_EQ(report->events, second.value() - 1) << "only the first file was read to its end";
    EXPECT_EQ(report->unread, 0U);
    EXPECT_FALSE(said_.says("had not handled"));

    const std::uint64_t size = log_->extent().bytes;
    report = log_->retain({.max_bytes = size / 2, .handled = second});
    EXPECT_LE(log_->extent().bytes, size / 2);
    EXPECT_EQ(report->unread, report->events - 1) << "one of them had been handled";
    EXPECT_TRUE(said_.says("had not handled"));
}

TEST_F(SegmentedLogTest, AClockThatWasFarAheadDoesNotKeepOldFilesForever) {
    ASSERT_TRUE(append(3));
    clock_.advance(24h * 3650);
    ASSERT_TRUE(append(3)); // a file of the future
    clock_.advance(-24h * 3649);
    ASSERT_TRUE(append(3)); // closes it
    EXPECT_EQ(files().size(), 3U);
    clock_.advance(48h);
    ASSERT_TRUE(append(1));
    const auto report = log_->retain({.older_than = clock_.wall_now() - 30h});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->events, 6U) << "the one before, and the one of the future";
}

TEST_F(SegmentedLogTest, AClockThatStartedIn1970TakesNothingWithIt) {
    ASSERT_TRUE(append(3));
    const auto now = clock_.wall_now();
    clock_.advance(WallTime{} - now);
    ASSERT_TRUE(append(3));
    clock_.advance(now - WallTime{} + 1min);
    ASSERT_TRUE(append(3));
    const auto report = log_->retain({.older_than = clock_.wall_now() - 24h});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->events, 0U);
}

} // namespace
} // namespace vedette::events
