#include "app/server/event_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "app/server/store_feeder.h"
#include "vedette/events/event_json.h"
#include "vedette/ports/testing/memory_event_log.h"
#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/memory_object_store.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

domain::Event sighting(int track) {
    domain::Event event;
    event.camera = domain::CameraId{"gate"};
    event.track = domain::TrackId{track};
    event.id = domain::make_event_id("home", event.camera, "1", event.track, "sighting", 0);
    event.verdict = domain::Verdict::published;
    event.label = "car";
    event.score = 0.5F;
    event.first_seen = event.last_seen = event.best_seen = WallTime{1'700'000'000s};
    return event;
}

pipeline::EventPictures with_picture() {
    return {.object = imaging::Image{imaging::PixelFormat::bgr24, 8, 8}, .plate = {}};
}

class EventRecorderTest : public ::testing::Test {
protected:
    std::unique_ptr<EventRecorder> recorder(std::size_t kept_back = 100) {
        return std::make_unique<EventRecorder>(
            EventRecorder::Options{.site = "home", .boot = "1", .kept_back = kept_back},
            EventRecorder::Parts{.log = &log_,
                                 .pictures = &pictures_,
                                 .metrics = &metrics_,
                                 .messages = &messages_,
                                 .clock = &clock_,
                                 .on_sighting = [this](const domain::Event&) { ++handled_; }});
    }
    std::vector<ports::LoggedEvent> logged() { return *log_.read({}, 1000); }

    std::atomic<int> handled_{0};
    ManualClock clock_;
    NullMetrics metrics_;
    NullLog messages_;
    ports::testing::MemoryEventLog log_;
    ports::testing::MemoryObjectStore pictures_{clock_};
};

TEST_F(EventRecorderTest, WritesThePictureAndThenTheEventThatNamesIt) {
    EXPECT_TRUE(recorder()->take(sighting(7), with_picture())); // and ends
    ASSERT_EQ(logged().size(), 1U);
    const auto event = events::event_from_json(logged()[0].event.payload);
    ASSERT_TRUE(event);
    EXPECT_THAT(event->snapshot, HasSubstr("2023-11-14/home.gate.1.7"));
    EXPECT_TRUE(pictures_.get(event->snapshot));
    EXPECT_TRUE(event->plate_snapshot.empty());
}

TEST_F(EventRecorderTest, WithoutMemoryForPicturesTheEventStaysWhole) {
    const auto one = recorder();
    one->spare_memory(true);
    EXPECT_TRUE(one->take(sighting(7), with_picture()));
    one->spare_memory(false);
    EXPECT_TRUE(one->take(sighting(8), with_picture()));
    one->memory_changed({.is_short = true, .in_use_bytes = 120, .limit_bytes = 100});
    while (logged().size() < 3)
        std::this_thread::yield();
    const auto bare = events::event_from_json(logged()[0].event.payload);
    ASSERT_TRUE(bare);
    EXPECT_EQ(*bare, sighting(7));
    EXPECT_FALSE(events::event_from_json(logged()[1].event.payload)->snapshot.empty());
    EXPECT_EQ(logged()[2].event.kind, "node.memory_short");
    EXPECT_THAT(logged()[2].event.payload, HasSubstr("\"in_use_bytes\":120,\"limit_bytes\":100"));
}

TEST_F(EventRecorderTest, WhatIsNoSightingIsNotWritten) {
    domain::Event brief = sighting(1);
    brief.verdict = domain::Verdict::too_brief;
    EXPECT_TRUE(recorder()->take(brief, {}));
    EXPECT_TRUE(logged().empty());
}

TEST_F(EventRecorderTest, KeepsEventsBackWhileTheDiskRefusesAndInTheirOrder) {
    log_.fail_with(Error{ErrorCode::resource_exhausted, "the disk is full"});
    auto one = recorder();
    for (int track = 1; track <= 5; ++track)
        EXPECT_TRUE(one->take(sighting(track), {}));
    while (one->waiting() < 5)
        std::this_thread::yield();
    EXPECT_TRUE(logged().empty());
    const auto underway = one->sightings_underway();
    EXPECT_EQ(*underway, 5U);
    log_.fail_with(std::nullopt);
    one->nudge();
    one.reset();
    EXPECT_EQ(*underway, 0U);
    ASSERT_EQ(logged().size(), 5U);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(logged()[i].event.id, sighting(static_cast<int>(i) + 1).id);
}

TEST_F(EventRecorderTest, TheOldestAreGivenUpWhenTooManyWait) {
    log_.fail_with(Error{ErrorCode::unavailable, "the disk is gone"});
    auto one = recorder(2);
    for (int track = 1; track <= 5; ++track)
        EXPECT_TRUE(one->take(sighting(track), {}));
    while (handled_ < 5)
        std::this_thread::yield();
    log_.fail_with(std::nullopt);
    one.reset();
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[0].event.id, sighting(4).id);
    EXPECT_EQ(logged()[1].event.id, sighting(5).id);
}

TEST_F(EventRecorderTest, OneEventThatNeverFitsDoesNotHoldUpTheOthers) {
    domain::Event huge = sighting(2);
    huge.source.assign((1 << 20) + 1, 'x'); // more than a log takes
    auto one = recorder();
    EXPECT_TRUE(one->take(sighting(1), {}));
    EXPECT_TRUE(one->take(huge, {}));
    EXPECT_TRUE(one->take(sighting(3), {}));
    one.reset();
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[1].event.id, sighting(3).id);
}

TEST_F(EventRecorderTest, TellsWhatHappenedToACameraAndToTheNode) {
    auto one = recorder();
    ports::CameraStatus status;
    status.id = domain::CameraId{"gate"};
    status.state = ports::CameraState::offline;
    status.problem = "silent for 20 s";
    one->state_changed(status);
    one->load_changed(true, 0.4);
    one.reset();
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[0].event.kind, "camera.offline");
    EXPECT_THAT(logged()[0].event.payload, HasSubstr("silent for 20 s"));
    EXPECT_EQ(logged()[1].event.kind, "node.overloaded");
    EXPECT_NE(logged()[0].event.id, logged()[1].event.id);
}

TEST_F(EventRecorderTest, TellsThatACameraWasTamperedWithAndThatItIsOver) {
    ports::TamperChange change;
    change.camera = domain::CameraId{"gate"};
    change.kind = "moved";
    change.begins = true;
    change.reading = {.luminance = 90.12345,
                      .detail = 1,
                      .sharpness = 0.9,
                      .agreement = 0.1,
                      .shift = ports::CameraTamper::Shift{.x = 0.1}};
    auto one = recorder();
    one->tamper_changed(change);
    change.begins = false;
    change.accepted = true;
    change.reading.shift.reset();
    one->tamper_changed(change);
    one.reset();
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[0].event.kind, "camera.tampered");
    EXPECT_EQ(logged()[0].event.camera, domain::CameraId{"gate"});
    EXPECT_THAT(logged()[0].event.payload, HasSubstr(R"("kind":"moved")"));
    EXPECT_THAT(logged()[0].event.payload, HasSubstr(R"("luminance":90.123)"));
    EXPECT_THAT(logged()[0].event.payload, HasSubstr(R"("shift":{"x":0.1)"));
    EXPECT_EQ(logged()[1].event.kind, "camera.tamper_ended");
    EXPECT_THAT(logged()[1].event.payload, HasSubstr(R"("accepted":true)"));
}

TEST_F(EventRecorderTest, ACamerasSiteIsThatOfItsEvents) {
    ports::CameraStatus status;
    status.id = domain::CameraId{"gate"};
    status.site = "harbour";
    status.state = ports::CameraState::online;
    recorder()->state_changed(status);
    ASSERT_EQ(logged().size(), 1U);
    EXPECT_THAT(logged()[0].event.id.value(), StartsWith("harbour.gate."));
    EXPECT_THAT(logged()[0].event.payload, HasSubstr(R"("site":"harbour")"));
}

TEST_F(EventRecorderTest, TheStoreGetsEverySightingOfTheLog) {
    auto one = recorder();
    for (int track = 1; track <= 5; ++track)
        EXPECT_TRUE(one->take(sighting(track), {}));
    one->load_changed(true, 0.4);
    one.reset();
    ports::testing::MemoryEventStore store;
    {
        const auto feeder = feed_store(log_, store, metrics_, messages_);
        ASSERT_TRUE(feeder);
        EXPECT_TRUE((*feeder)->wait_for(ports::LogPosition{6}, 20s));
    }
    EXPECT_EQ(store.position(kStoreFeeder)->value(), 6U);
    EXPECT_EQ(store.extent()->events, 5U);
    EXPECT_EQ(store.find(sighting(3).id)->track, domain::TrackId{3});
}

} // namespace
} // namespace vedette::app
