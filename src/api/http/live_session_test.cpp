#include <thread>

#include "http/server_fixture.h"

namespace vedette::api {
namespace {

using std::chrono::milliseconds;
using test::Answer;
using test::TestClient;
using test::TestSocket;
using Json = nlohmann::json;

// ---- WebSocket ----

TEST_F(ServerTest, SendsEventsAsTheyHappen) {
    start();
    TestSocket all{port()};
    TestSocket drive{port(), "/api/v1/ws/events?camera=drive"};
    EXPECT_EQ(all.upgraded.status, 101);
    EXPECT_EQ(all.upgraded.fields.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    ASSERT_EQ(drive.upgraded.status, 101);
    fakes.log.add(test::make_event(7));
    fakes.log.add(test::make_event(8, "drive"));
    EXPECT_EQ(Json::parse(all.read_text())["event"]["track"], 7);
    EXPECT_EQ(Json::parse(all.read_text())["event"]["track"], 8);
    EXPECT_EQ(Json::parse(drive.read_text())["event"]["track"], 8);
}

TEST_F(ServerTest, AnswersPingsAndIgnoresTalk) {
    start();
    TestSocket socket{port()};
    socket.send(1, "subscribe, please");
    socket.send(9, "are you there");
    const auto pong = socket.read();
    EXPECT_EQ(pong.opcode, 10);
    EXPECT_EQ(pong.payload, "are you there");
    socket.send(8, std::string{"\x03\xe8", 2});
    EXPECT_EQ(socket.read().opcode, 8);
    EXPECT_TRUE(socket.client().is_closed());
}

TEST_F(ServerTest, PingsAClientThatIsSilentAndThenLeavesIt) {
    options.limits.live_idle = milliseconds{200};
    start();
    TestSocket socket{port()};
    EXPECT_EQ(socket.read().opcode, 9);
    while (socket.read().opcode == 9) { // no pong comes
    }
    EXPECT_TRUE(socket.client().is_closed());
}

TEST_F(ServerTest, RefusesLargeAndBrokenFrames) {
    start();
    TestSocket large{port()};
    large.send(1, std::string(5000, 'x'));
    const auto closing = large.read();
    EXPECT_EQ(closing.opcode, 8);
    EXPECT_EQ(closing.payload.substr(0, 2), (std::string{"\x03\xf1", 2})) << "1009, too big";
    TestSocket broken{port()};
    broken.client().send(std::string(20, '\xff'));
    EXPECT_EQ(broken.read().opcode, 8);
    TestSocket unmasked{port()};
    unmasked.client().send(std::string{"\x81\x02hi", 4});
    EXPECT_EQ(unmasked.read().opcode, 8);
}

TEST_F(ServerTest, RefusesPagesOfOthersAndPlainRequests) {
    start();
    expect_problem(TestSocket(port(), "/ws/events", "Origin: http://evil.example\r\n").upgraded,
                   403);
    EXPECT_EQ(TestSocket(port(), "/ws/events", "Origin: http://localhost\r\n").upgraded.status,
              101);
    expect_problem(TestSocket(port(), "/ws/events?what=all").upgraded, 400);
    expect_problem(TestSocket(port(), "/ws/nothing").upgraded, 404);
    const Answer plain = TestClient{port()}.get("/ws/events");
    expect_problem(plain, 426);
    EXPECT_EQ(plain.fields.at("upgrade"), "websocket");
}

TEST_F(ServerTest, LimitsLiveClients) {
    options.limits.live_clients = 1;
    start();
    TestSocket first{port()};
    EXPECT_EQ(first.upgraded.status, 101);
    expect_problem(TestSocket{port()}.upgraded, 503);
}

TEST_F(ServerTest, ASlowClientLosesEventsAndIsTold) {
    options.limits.live_queue = 8;
    start();
    TestSocket slow{port(), "/ws/events", "", 4096};
    TestSocket quick{port()};
    constexpr int kEvents = 3000; // far more than the sockets' buffers hold
    std::jthread talk{[this] {
        for (int i = 1; i <= kEvents; ++i)
            fakes.log.add(test::make_event(i));
    }};
    int heard = 0;
    int lost = 0;
    const auto read_until_last = [&](TestSocket& socket) {
        for (heard = lost = 0;;) {
            const Json json = Json::parse(socket.read_text(), nullptr, false);
            if (json.is_discarded())
                return;
            lost += json.value("lost", 0);
            if (json.contains("event") && ++heard > 0 && json["event"]["track"] == kEvents)
                return;
        }
    };
    talk.join();
    read_until_last(quick);
    EXPECT_EQ(heard + lost, kEvents);
    read_until_last(slow);
    EXPECT_EQ(heard + lost, kEvents) << "every event is either sent or counted";
    EXPECT_GT(lost, 0);
}

TEST_F(ServerTest, TellsWebSocketsThatItGoesAway) {
    start();
    TestSocket socket{port()};
    std::jthread stopper{[this] { server->stop(); }};
    const auto closing = socket.read();
    EXPECT_EQ(closing.opcode, 8);
    EXPECT_EQ(closing.payload.substr(0, 2), (std::string{"\x03\xe9", 2})) << "1001, going away";
    socket.send(8, closing.payload);
}

TEST_F(ServerTest, ServesHundredsOfWebSockets) {
    start();
    std::vector<std::unique_ptr<TestSocket>> sockets;
    for (int i = 0; i < 300; ++i) {
        sockets.push_back(std::make_unique<TestSocket>(port()));
        ASSERT_EQ(sockets.back()->upgraded.status, 101) << i;
    }
    fakes.log.add(test::make_event(9));
    for (const auto& socket : sockets)
        EXPECT_EQ(Json::parse(socket->read_text())["event"]["track"], 9);
}

} // namespace
} // namespace vedette::api
