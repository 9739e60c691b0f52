#include "vedette/recording/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/ports/testing/memory_recording_index.h"

namespace vedette::recording {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const domain::CameraId kGate{"gate"};

WallTime at(int second) {
    return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}} +
           std::chrono::seconds{second};
}

class CoverageOfRecordings : public ::testing::Test {
protected:
    ports::RecordedSegment segment(int from, int to) {
        ports::RecordedSegment row;
        row.camera = kGate;
        row.start = at(from);
        row.end = at(to);
        row.file = "gate/" + std::to_string(++files_) + ".mp4";
        row.bytes = 1000;
        row.sha256 = std::string(64, 'a');
        row.codec = "h264";
        row.width_px = 640;
        row.height_px = 360;
        return row;
    }
    void add(const ports::RecordedSegment& row) { ASSERT_TRUE(index.add(row)); }
    Coverage told(int from, int to, std::chrono::seconds step = 0s) {
        auto coverage = coverage_of(index, {kGate, at(from), at(to), step});
        EXPECT_TRUE(coverage) << coverage.error().message();
        return coverage.value_or(Coverage{});
    }

    ports::testing::MemoryRecordingIndex index;

private:
    int files_ = 0;
};

TEST_F(CoverageOfRecordings, SegmentsThatFollowEachOtherAreOneStretch) {
    for (int i = 0; i < 10; ++i)
        add(segment(10 * i + i % 2, 10 * i + 10)); // clocks are late
    const Coverage coverage = told(5, 95);
    ASSERT_EQ(coverage.stretches.size(), 1U);
    const Stretch& all = coverage.stretches.front();
    EXPECT_EQ(all.from, at(5));
    EXPECT_EQ(all.to, at(95));
    EXPECT_EQ(all.segments, 10U);
    EXPECT_EQ(all.bytes, 10'000U);
    EXPECT_TRUE(all.playable);
    EXPECT_FALSE(all.kept);
    EXPECT_THAT(coverage.gaps, IsEmpty());
    EXPECT_EQ(coverage.step, 1s);
}

TEST_F(CoverageOfRecordings, GapsHaveTheirCause) {
    add(segment(0, 10));
    auto late = segment(40, 50);
    late.gap = 30s;
    late.gap_cause = "the camera was away";
    add(late);
    add(segment(80, 90)); // deleted before
    auto both = segment(200, 210);
    both.gap = 50s;
    both.gap_cause = "the server was not running";
    add(both);
    const Coverage coverage = told(0, 300);
    EXPECT_EQ(coverage.stretches.size(), 4U);
    EXPECT_THAT(coverage.gaps,
                ElementsAre(CoverageGap{at(10), at(40), "the camera was away", false},
                            CoverageGap{at(50), at(80), "what was recorded was deleted", true},
                            CoverageGap{at(90), at(150), "what was recorded was deleted", true},
                            CoverageGap{at(150), at(200), "the server was not running", false}));
}

TEST_F(CoverageOfRecordings, TheGapBeforeTheFirstIsTold) {
    auto first = segment(100, 110);
    first.gap = 60s;
    first.gap_cause = "the camera was away";
    add(first);
    EXPECT_THAT(told(70, 200).gaps,
                ElementsAre(CoverageGap{at(70), at(100), "the camera was away", false}));
}

TEST_F(CoverageOfRecordings, GapsShorterThanAStepAreCountedInTheirStretch) {
    add(segment(0, 10));
    auto late = segment(15, 20);
    late.gap = 5s;
    late.gap_cause = "x";
    add(late);
    const Coverage coarse = told(0, 100, 10s);
    ASSERT_EQ(coarse.stretches.size(), 1U);
    EXPECT_EQ(coarse.stretches.front().interruptions, 1U);
    EXPECT_THAT(coarse.gaps, IsEmpty());
    EXPECT_EQ(told(0, 100, 5s).gaps.size(), 1U);
}

TEST_F(CoverageOfRecordings, WhatWentOnIsToldByStep) {
    auto row = segment(0, 10);
    row.activity = {.motion = 0.2, .object = 0, .alert = 0};
    add(row);
    row = segment(10, 20);
    row.activity = {.motion = 0.1, .object = 0.9, .alert = 0};
    add(row);
    add(segment(20, 60));
    const Coverage coverage = told(0, 60, 20s);
    EXPECT_THAT(coverage.activity, ElementsAre(ActivityStep{at(0), {0.2, 0.9, 0}}));
    EXPECT_EQ(told(0, 60, 5s).activity.size(), 4U);
    EXPECT_THAT(told(25, 60, 5s).activity, IsEmpty());
}

TEST_F(CoverageOfRecordings, AnotherCodecIsAnotherStretch) {
    add(segment(0, 10));
    auto other = segment(10, 20);
    other.codec = "hevc";
    add(other);
    other = segment(20, 30);
    other.codec = "hevc";
    other.audio_codec = "pcm_alaw";
    other.file = "gate/x.mkv";
    other.kept = true;
    add(other);
    const Coverage coverage = told(0, 60);
    ASSERT_EQ(coverage.stretches.size(), 3U);
    EXPECT_TRUE(coverage.stretches[1].whole);
    EXPECT_TRUE(coverage.stretches[2].playable);
    EXPECT_FALSE(coverage.stretches[2].whole) << "only its pictures";
    EXPECT_TRUE(coverage.stretches[2].kept);
    EXPECT_THAT(coverage.gaps, IsEmpty());
}

TEST_F(CoverageOfRecordings, TooMuchAtOnceIsRefusedWithWhatIsAllowed) {
    const auto error = [&](int from, int to, std::chrono::seconds step) {
        const auto coverage = coverage_of(index, {kGate, at(from), at(to), step});
        return coverage ? std::string{"none"} : coverage.error().message();
    };
    EXPECT_THAT(error(10, 10, 0s), ::testing::HasSubstr("before"));
    EXPECT_THAT(error(0, 32 * 86'400, 0s), ::testing::HasSubstr("31 days"));
    EXPECT_THAT(error(0, 86'400, 43s), ::testing::HasSubstr("at least 44 s"));
    EXPECT_EQ(error(0, 86'400, 44s), "none");
    EXPECT_THAT(told(0, 86'400).stretches, IsEmpty());
}

TEST_F(CoverageOfRecordings, AnswersStayBounded) {
    for (int i = 0; i < 6'000; ++i) {
        auto row = segment(10 * i, 10 * i + 5);
        row.gap = 5s;
        row.activity.motion = 0.5;
        add(row);
    }
    const Coverage coverage = told(0, 60'000);
    EXPECT_LE(coverage.activity.size(), static_cast<std::size_t>(CoverageQuery::kMostSteps));
    EXPECT_EQ(coverage.stretches.size(), 1U);
    EXPECT_EQ(coverage.stretches.front().interruptions, 5'999U);
}

} // namespace
} // namespace vedette::recording
