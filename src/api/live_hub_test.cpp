#include "live_hub.h"

#include <condition_variable>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "test_fakes.h"

namespace vedette::api {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const LiveMessage> message(const std::string& text,
                                           const std::string& camera = "gate",
                                           const std::string& kind = "sighting") {
    return std::make_shared<const LiveMessage>(LiveMessage{camera, kind, text});
}

std::vector<std::string> all_of(LiveQueue& queue) {
    std::vector<std::string> out;
    while (const auto next = queue.take())
        out.push_back(next->text);
    return out;
}

TEST(LiveQueue, LosesTheOldestAndSaysHowMany) {
    LiveQueue queue{{.messages = 3, .bytes = 1000}, {}, [] {}};
    for (int i = 1; i <= 5; ++i)
        queue.offer(message(std::to_string(i)));
    EXPECT_EQ(queue.waiting(), 3U);
    EXPECT_EQ(queue.lost(), 2U);
    EXPECT_THAT(all_of(queue), ::testing::ElementsAre("{\"lost\":2}", "3", "4", "5"));
    queue.offer(message("6"));
    EXPECT_THAT(all_of(queue), ::testing::ElementsAre("6")) << "told once";
}

TEST(LiveQueue, StaysWithinItsBytesButTakesOneLargeMessage) {
    LiveQueue queue{{.messages = 100, .bytes = 10}, {}, [] {}};
    queue.offer(message("123456"));
    queue.offer(message("789012"));
    EXPECT_EQ(queue.waiting(), 1U);
    queue.offer(message(std::string(50, 'x')));
    EXPECT_EQ(queue.waiting(), 1U);
    EXPECT_EQ(queue.take()->text, "{\"lost\":2}");
    EXPECT_EQ(queue.take()->text, std::string(50, 'x'));
}

TEST(LiveQueue, WakesOnceUntilItWasEmptied) {
    int wakes = 0;
    LiveQueue queue{{}, {}, [&] { ++wakes; }};
    queue.offer(message("1"));
    queue.offer(message("2"));
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(all_of(queue).size(), 2U);
    queue.offer(message("3"));
    EXPECT_EQ(wakes, 2);
}

TEST(LiveQueue, PassesOnWhatIsWanted) {
    LiveQueue queue{{}, {.cameras = {"gate"}, .kinds = {"sighting"}}, [] {}};
    queue.offer(message("1"));
    queue.offer(message("2", "drive"));
    queue.offer(message("3", "gate", "camera.offline"));
    EXPECT_THAT(all_of(queue), ::testing::ElementsAre("1"));
}

TEST(LiveJson, CarriesTheEvent) {
    const auto event = test::make_event(3);
    const ports::LoggedEvent logged{ports::LogPosition{12},
                                    {.id = event.id,
                                     .kind = "sighting",
                                     .camera = event.camera,
                                     .at = event.first_seen,
                                     .payload = events::to_json(event)}};
    const auto json = nlohmann::json::parse(live_json(logged));
    EXPECT_EQ(json["position"], "12");
    EXPECT_EQ(json["kind"], "sighting");
    EXPECT_EQ(json["at"], "2026-11-21T10:00:03.000000Z");
    EXPECT_EQ(json["event"]["event_id"], event.id.value());
}

TEST(LiveJson, IsJsonEvenIfThePayloadIsNot) {
    for (const char* payload : {"", "{", "not json", "{\"a\":1}}", "\xff"}) {
        const ports::LoggedEvent logged{
            ports::LogPosition{1},
            {domain::EventId{"a"}, "k", domain::CameraId{"\xff\""}, {}, payload}};
        EXPECT_TRUE(nlohmann::json::accept(live_json(logged))) << payload;
    }
}

/// A client that waits for texts.
class Listener {
public:
    Listener(LiveHub& hub, LiveFilter filter)
        : queue_{std::make_shared<LiveQueue>(LiveQueue::Capacity{}, std::move(filter),
                                             [this] {
                                                 std::scoped_lock lock{mutex_};
                                                 awake_ = true;
                                                 woken_.notify_all();
                                             })},
          joined{hub.join(queue_)} {}
    std::string next() {
        for (;;) {
            if (const auto taken = queue_->take())
                return taken->text;
            std::unique_lock lock{mutex_};
            if (!woken_.wait_for(lock, std::chrono::seconds{30}, [this] { return awake_; }))
                return "nothing came";
            awake_ = false;
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable woken_;
    bool awake_ = false;
    std::shared_ptr<LiveQueue> queue_;

public:
    const bool joined;
};

TEST(LiveHub, HandsEveryNewEventToAllWhoListen) {
    test::FakeLog log;
    NullLog quiet;
    log.add(test::make_event(1));
    LiveHub hub{log, quiet, 10};
    Listener all{hub, {}};
    Listener gate{hub, {.cameras = {"gate"}, .kinds = {}}};
    EXPECT_EQ(hub.clients(), 2U);
    log.add(test::make_event(2, "drive"));
    log.add(test::make_event(3, "gate"));
    EXPECT_THAT(all.next(), HasSubstr("home.drive.20261121T100000Z.2.")) << "not what was before";
    EXPECT_THAT(all.next(), HasSubstr("home.gate.20261121T100000Z.3."));
    EXPECT_THAT(gate.next(), HasSubstr("home.gate.20261121T100000Z.3."));
}

TEST(LiveHub, HasALimitOfClients) {
    test::FakeLog log;
    NullLog quiet;
    LiveHub hub{log, quiet, 1};
    {
        Listener first{hub, {}};
        EXPECT_TRUE(first.joined);
        EXPECT_FALSE(Listener(hub, {}).joined);
    }
    EXPECT_TRUE(Listener(hub, {}).joined) << "the first one has left";
}

} // namespace
} // namespace vedette::api
