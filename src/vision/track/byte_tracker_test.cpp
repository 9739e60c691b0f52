#include "track/byte_tracker.h"

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace vedette::vision {
namespace {

using namespace std::chrono_literals;

constexpr float kAspectRatio = 16.0F / 9.0F;

domain::Detection seen(float left, float score = 0.9F, const std::string& label = "car") {
    return {.box = {left, 0.4F, 0.1F, 0.1F}, .score = score, .label = label, .points = {}};
}

StreamTime at(std::chrono::milliseconds time) { return StreamTime{time}; }

std::vector<domain::Detection> random_detections(std::mt19937& random, std::size_t most) {
    std::uniform_real_distribution<float> unit{0, 1};
    std::vector<domain::Detection> detections(random() % (most + 1));
    for (domain::Detection& detection : detections) {
        const bool vehicle = random() % 2 == 0;
        detection.box = {unit(random), unit(random), 0.02F + 0.2F * unit(random),
                         0.02F + 0.2F * unit(random)};
        detection.score = unit(random);
        detection.label = vehicle ? (random() % 2 == 0 ? "car" : "truck") : "person";
    }
    return detections;
}

/// Times with every kind of step: steady, late, long silence, and now and then backwards.
StreamTime random_step(std::mt19937& random, StreamTime now) {
    switch (random() % 20) {
    case 0: return now + 3s;
    case 1: return now + 30s;
    case 2: return now - 500ms;
    default: return now + std::chrono::milliseconds{20 + random() % 300};
    }
}

TEST(ByteTracker, GivesEveryIdOnceClosesItOnceAndStaysBoundedInRandomWorlds) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        std::mt19937 random{seed};
        TrackerOptions options;
        options.max_tracks = 15;
        ByteTracker tracker{options, kAspectRatio};
        std::set<std::int64_t> alive, closed;
        StreamTime now{};
        const auto account = [&](const domain::TrackChanges& changes) {
            for (const domain::Track& track : changes.closed) {
                alive.erase(track.id.value());
                ASSERT_TRUE(closed.insert(track.id.value()).second) << "closed twice";
            }
            std::set<std::int64_t> told;
            for (const auto* part : {&changes.updated, &changes.lost})
                for (const domain::Track& track : *part) {
                    ASSERT_TRUE(told.insert(track.id.value()).second) << "told twice";
                    ASSERT_FALSE(closed.contains(track.id.value())) << "lives on after its end";
                    alive.insert(track.id.value());
                }
            ASSERT_EQ(alive, told) << "a track vanished without being closed";
        };
        for (int step = 0; step < 60; ++step) {
            const auto detections = random_detections(random, 30);
            const auto changes = tracker.update(now, detections);
            account(changes);
            ASSERT_LE(tracker.size(), options.max_tracks);
            ASSERT_EQ(changes.updated.size(), changes.detection_index.size());
            std::set<std::size_t> used{changes.detection_index.begin(),
                                       changes.detection_index.end()};
            ASSERT_EQ(used.size(), changes.detection_index.size())
                << "one detection for two tracks";
            for (const std::size_t index : used)
                ASSERT_LT(index, detections.size());
            now = random_step(random, now);
        }
        account(tracker.finish());
        EXPECT_TRUE(alive.empty());
        EXPECT_EQ(tracker.size(), 0U);
    }
}

TEST(ByteTracker, DoesNotDependOnTheOrderOfDetections) {
    std::mt19937 random{11};
    ByteTracker tracker{{}, kAspectRatio};
    ByteTracker shuffled{{}, kAspectRatio};
    StreamTime now{};
    for (int step = 0; step < 100; ++step) {
        auto detections = random_detections(random, 20);
        const auto changes = tracker.update(now, detections);
        std::shuffle(detections.begin(), detections.end(), random);
        const auto same = shuffled.update(now, detections);
        ASSERT_EQ(changes.updated, same.updated);
        ASSERT_EQ(changes.lost, same.lost);
        ASSERT_EQ(changes.closed, same.closed);
        now += 100ms;
    }
}

TEST(ByteTracker, PointsToTheDetectionItTook) {
    ByteTracker tracker{{}, kAspectRatio};
    const std::vector<domain::Detection> detections{seen(0.1F, 0.7F), seen(0.6F, 0.95F)};
    const auto changes = tracker.update(at(0ms), detections);
    ASSERT_EQ(changes.updated.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_EQ(changes.updated[i].score, detections[changes.detection_index[i]].score);
}

TEST(ByteTracker, TellsVelocityInPictureWidthsPerSecond) {
    ByteTracker tracker{{}, kAspectRatio};
    domain::TrackChanges changes;
    for (int i = 0; i < 20; ++i)
        changes =
            tracker.update(at(i * 100ms), std::vector{seen(0.1F + 0.02F * static_cast<float>(i))});
    ASSERT_EQ(changes.updated.size(), 1U);
    EXPECT_NEAR(changes.updated[0].velocity.x, 0.2F, 0.01F);
    EXPECT_NEAR(changes.updated[0].velocity.y, 0, 0.01F);
}

TEST(ByteTracker, ClosesTheWeakestBeyondTheLimitAndCountsIt) {
    TrackerOptions options;
    options.max_tracks = 2;
    ByteTracker tracker{options, kAspectRatio};
    const std::vector<domain::Detection> two{seen(0.1F), seen(0.3F)};
    for (const auto time : {0ms, 100ms, 200ms})
        (void)tracker.update(at(time), two);
    // Two believed tracks; a newcomer is weaker than both, however strong its detection is.
    const auto changes = tracker.update(at(300ms), std::vector{seen(0.1F), seen(0.7F, 0.99F)});
    ASSERT_EQ(changes.closed.size(), 1U);
    EXPECT_FALSE(changes.closed[0].confirmed);
    EXPECT_EQ(tracker.pushed_out(), 1U);
    EXPECT_EQ(tracker.size(), 2U);
}

TEST(ByteTracker, IgnoresDetectionsThatAreNoBoxes) {
    ByteTracker tracker{{}, kAspectRatio};
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    domain::Detection flat = seen(0.3F);
    flat.box.width = 0;
    const auto changes =
        tracker.update(at(0ms), std::vector{seen(kNan), seen(0.1F, kNan), flat,
                                            seen(std::numeric_limits<float>::infinity())});
    EXPECT_TRUE(changes.updated.empty());
    EXPECT_EQ(tracker.size(), 0U);
}

TEST(ByteTracker, BelievesASingleDetectionWhenToldThatOneIsEnough) {
    TrackerOptions options;
    options.confirm_hits = 1;
    ByteTracker tracker{options, kAspectRatio};
    const auto changes = tracker.update(at(0ms), std::vector{seen(0.1F)});
    ASSERT_EQ(changes.updated.size(), 1U);
    EXPECT_TRUE(changes.updated[0].confirmed);
}

TEST(ByteTracker, AsksOfALabelWhatItsOwnScoreSays) {
    ByteTracker tracker{{.score_of_label = {{"person", 0.4F}, {"bus", 0.95F}}}, kAspectRatio};
    const std::vector detections{seen(0.1F, 0.45F, "person"), seen(0.4F, 0.45F, "car"),
                                 seen(0.7F, 0.9F, "bus")};
    const auto changes = tracker.update(at(0ms), detections);
    ASSERT_EQ(changes.updated.size(), 1U);
    EXPECT_EQ(changes.updated[0].label, "person");
    // Once it is followed, a weaker detection keeps it.
    (void)tracker.update(at(200ms), detections);
    const auto weak = tracker.update(at(400ms), std::vector{seen(0.1F, 0.2F, "person")});
    ASSERT_EQ(weak.updated.size(), 1U);
    EXPECT_EQ(weak.updated[0].id, changes.updated[0].id);
}

TEST(ByteTracker, BelievesNothingThatFlashedShorterThanItMust) {
    ByteTracker tracker{{}, kAspectRatio};
    for (const auto time : {0ms, 30ms, 60ms, 90ms})
        EXPECT_FALSE(tracker.update(at(time), std::vector{seen(0.1F)}).updated.at(0).confirmed);
    EXPECT_TRUE(tracker.update(at(120ms), std::vector{seen(0.1F)}).updated.at(0).confirmed);
}

TEST(ByteTracker, SurvivesTheSameTimeTwice) {
    ByteTracker tracker{{}, kAspectRatio};
    (void)tracker.update(at(0ms), std::vector{seen(0.1F)});
    const auto changes = tracker.update(at(0ms), std::vector{seen(0.1F)});
    ASSERT_EQ(changes.updated.size(), 1U);
    EXPECT_EQ(changes.updated[0].id.value(), 1);
}

TEST(ByteTracker, KeepsIdsUniqueOverAFinishedStream) {
    ByteTracker tracker{{}, kAspectRatio};
    (void)tracker.update(at(0ms), std::vector{seen(0.1F)});
    EXPECT_EQ(tracker.finish().closed.size(), 1U);
    const auto changes = tracker.update(at(0ms), std::vector{seen(0.1F)});
    ASSERT_EQ(changes.updated.size(), 1U);
    EXPECT_EQ(changes.updated[0].id.value(), 2);
}

} // namespace
} // namespace vedette::vision
