#include "vedette/vision/eval/track_metrics.h"

#include <gtest/gtest.h>

namespace vedette::vision {
namespace {

PixelBox at(double left) { return {left, 0, 10, 10}; }
TruthBox truth(std::int64_t id, double left, TruthRole role = TruthRole::counted) {
    return {id, at(left), role};
}
ResultBox result(std::int64_t id, double left) { return {id, at(left)}; }

TEST(TrackMetrics, IsPerfectForThePerfect) {
    const std::vector<ScoredFrame> frames(
        3, {{truth(1, 0), truth(2, 100)}, {result(7, 0), result(8, 100)}});
    const TrackScore score = score_tracks(frames);
    EXPECT_DOUBLE_EQ(score.mota(), 1);
    EXPECT_DOUBLE_EQ(score.motp(), 1);
    EXPECT_DOUBLE_EQ(score.idf1(), 1);
    EXPECT_EQ(score.mostly_tracked, 2);
    EXPECT_EQ(score.switches + score.fragmentations + score.missed() + score.false_positives, 0);
}

TEST(TrackMetrics, CountsMissesAndFalseAlarms) {
    const std::vector<ScoredFrame> frames{
        {{truth(1, 0), truth(2, 100)}, {result(7, 0), result(8, 500)}}};
    const TrackScore score = score_tracks(frames);
    EXPECT_EQ(score.missed(), 1);
    EXPECT_EQ(score.false_positives, 1);
    EXPECT_DOUBLE_EQ(score.mota(), 0); // (1 found - 1 false) of 2
    EXPECT_DOUBLE_EQ(score.recall(), 0.5);
    EXPECT_DOUBLE_EQ(score.precision(), 0.5);
    EXPECT_EQ(score.mostly_lost, 1);
}

TEST(TrackMetrics, CountsASwitchOnceAndGivesTheObjectToTheLongerId) {
    // Four frames: three under id 7, then one under id 8.
    const std::vector<ScoredFrame> frames{{{truth(1, 0)}, {result(7, 0)}},
                                          {{truth(1, 0)}, {result(7, 0)}},
                                          {{truth(1, 0)}, {result(7, 0)}},
                                          {{truth(1, 0)}, {result(8, 0)}}};
    const TrackScore score = score_tracks(frames);
    EXPECT_EQ(score.switches, 1);
    EXPECT_EQ(score.fragmentations, 0);
    EXPECT_EQ(score.identified, 3);
    EXPECT_DOUBLE_EQ(score.mota(), 0.75);
    EXPECT_DOUBLE_EQ(score.idf1(), 0.75);
}

TEST(TrackMetrics, CountsAGapAsFragmentationAndRemembersTheIdOverIt) {
    const std::vector<ScoredFrame> frames{
        {{truth(1, 0)}, {result(7, 0)}}, {{truth(1, 0)}, {}}, {{truth(1, 0)}, {result(9, 0)}}};
    const TrackScore score = score_tracks(frames);
    EXPECT_EQ(score.fragmentations, 1);
    EXPECT_EQ(score.switches, 1);
    EXPECT_EQ(score.missed(), 1);
}

TEST(TrackMetrics, KeepsTheMatchOfTheFrameBeforeWhileItOverlapsEnough) {
    // In the second frame id 8 lies better on the object, but id 7 still overlaps by more than
    // half.
    const std::vector<ScoredFrame> frames{{{truth(1, 0)}, {result(7, 0)}},
                                          {{truth(1, 0)}, {result(7, 3), result(8, 0)}}};
    const TrackScore score = score_tracks(frames);
    EXPECT_EQ(score.switches, 0);
    EXPECT_EQ(score.false_positives, 1);
}

TEST(TrackMetrics, PairsIdentitiesForTheWholeSequenceNotFrameByFrame) {
    // Two objects swap ids half way: each id suits each object in two of four frames.
    std::vector<ScoredFrame> frames(2,
                                    {{truth(1, 0), truth(2, 100)}, {result(7, 0), result(8, 100)}});
    frames.resize(4, {{truth(1, 0), truth(2, 100)}, {result(8, 0), result(7, 100)}});
    const TrackScore score = score_tracks(frames);
    EXPECT_EQ(score.switches, 2);
    EXPECT_EQ(score.identified, 4);
    EXPECT_DOUBLE_EQ(score.idf1(), 0.5);
    EXPECT_DOUBLE_EQ(score.mota(), 0.75);
}

TEST(TrackMetrics, ForgivesResultsOnForgivingTruthButNotOnUnscored) {
    const std::vector<ScoredFrame> frames{
        {{truth(1, 0, TruthRole::forgiving), truth(2, 100, TruthRole::unscored)},
         {result(7, 0), result(8, 100)}}};
    const TrackScore score = score_tracks(frames);
    EXPECT_EQ(score.truth_boxes, 0);
    EXPECT_EQ(score.false_positives, 1);
}

TEST(TrackMetrics, ForgivesWhatLiesInARegionOrIsTooLowOnlyWhenItFoundNothing) {
    const TrackScoringOptions options{.least_height_px = 20};
    const std::vector<ScoredFrame> frames{{{truth(1, 0), truth(9, 100, TruthRole::region)},
                                           {result(7, 0),      // low, but it found an object
                                            result(8, 300)}}}; // low and found nothing
    EXPECT_EQ(score_tracks(frames, options).found, 1);
    EXPECT_EQ(score_tracks(frames, options).false_positives, 0);
    EXPECT_EQ(score_tracks(frames).false_positives, 1);
    const std::vector<ScoredFrame> in_region{
        {{truth(9, 100, TruthRole::region)}, {result(8, 104)}}};
    EXPECT_EQ(score_tracks(in_region).false_positives, 0);
}

TEST(TrackMetrics, AddsUpSequences) {
    const std::vector<ScoredFrame> good{{{truth(1, 0)}, {result(7, 0)}}};
    const std::vector<ScoredFrame> bad{{{truth(1, 0)}, {}}};
    TrackScore sum = score_tracks(good);
    sum += score_tracks(bad);
    EXPECT_EQ(sum.frames, 2);
    EXPECT_DOUBLE_EQ(sum.mota(), 0.5);
    EXPECT_DOUBLE_EQ(sum.idf1(), 2.0 / 3.0);
}

TEST(TrackMetrics, GivesZeroForNothing) {
    const TrackScore score = score_tracks({});
    EXPECT_DOUBLE_EQ(score.mota(), 0);
    EXPECT_DOUBLE_EQ(score.idf1(), 0);
}

} // namespace
} // namespace vedette::vision
