#include "vedette/api/server.h"

#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <sys/resource.h>
#include <thread>

#include "http/test_client.h"
#include "test_fakes.h"
#include "vedette/observability/prometheus_metrics.h"

namespace vedette::api {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Answer;
using test::TestClient;
using test::TestSocket;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

class ServerTest : public ::testing::Test {
protected:
    test::FakeParts fakes;
    NullLog log;
    NullMetrics metrics;
    ManualClock clock{test::at_second(0)};
    ApiOptions options;
    std::unique_ptr<ApiServer> server;

    void start() {
        auto started = ApiServer::start(options, fakes.parts(), log, metrics, clock);
        ASSERT_TRUE(started) << started.error().message();
        server = *std::move(started);
    }
    [[nodiscard]] std::uint16_t port() const { return server->port(); }
    /// Lets time pass until the server has something to say.
    bool says_something_as_time_passes(const TestClient& client) {
        for (int i = 0; i < 600; ++i) {
            clock.advance(seconds{5});
            if (client.readable_within(50))
                return true;
        }
        return false;
    }
    static void expect_problem(const Answer& answer, int status) {
        EXPECT_EQ(answer.status, status) << answer.head << answer.body;
        ASSERT_TRUE(answer.fields.count("content-type")) << answer.head;
        EXPECT_EQ(answer.fields.at("content-type"), "application/problem+json");
        EXPECT_EQ(Json::parse(answer.body, nullptr, false).value("status", 0), status);
    }
};

TEST_F(ServerTest, AnswersWithTheFieldsThatKeepBrowsersSafe) {
    start();
    TestClient client{port()};
    const Answer answer = client.get("/health");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.fields.at("content-type"), "application/json");
    EXPECT_EQ(answer.fields.at("date"), "Sat, 21 Nov 2026 10:00:00 GMT");
    EXPECT_EQ(answer.fields.at("x-content-type-options"), "nosniff");
    EXPECT_THAT(answer.fields.at("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_FALSE(answer.fields.count("access-control-allow-origin"));
    EXPECT_FALSE(answer.fields.count("connection"));
}

TEST_F(ServerTest, KeepsAConnectionForManyRequests) {
    start();
    TestClient client{port()};
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(client.get("/health").status, 200);
        EXPECT_EQ(client.get("/events/recent").status, 200);
        EXPECT_EQ(client.get("/no-such").status, 404);
    }
    EXPECT_EQ(client.get("/health", "Connection: close\r\n").fields.at("connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, SpeaksToOldClients) {
    start();
    TestClient once{port()};
    once.send("GET /health HTTP/1.0\r\n\r\n");
    EXPECT_EQ(once.answer().status, 200);
    EXPECT_TRUE(once.is_closed());
    TestClient kept{port()};
    kept.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.answer().fields.at("connection"), "keep-alive");
    kept.send("GET /health HTTP/1.0\r\n\r\n");
    EXPECT_EQ(kept.answer().status, 200);
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
    start();
    TestClient client{port()};
    const Answer whole = client.get("/events/recent");
    const Answer head = client.ask("HEAD", "/events/recent");
    EXPECT_EQ(head.fields.at("content-length"), std::to_string(whole.body.size()));
    EXPECT_EQ(head.fields.at("etag"), whole.fields.at("etag"));
    EXPECT_EQ(client.get("/health").status, 200) << "the connection is still in step";
}

TEST_F(ServerTest, SavesAClientWhatItHas) {
    start();
    TestClient client{port()};
    const std::string tag = client.get("/events/recent").fields.at("etag");
    const Answer again = client.get("/events/recent", "If-None-Match: " + tag + "\r\n");
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.fields.at("etag"), tag);
    EXPECT_FALSE(again.fields.count("content-length"));
    EXPECT_EQ(client.get("/health").status, 200) << "the connection is still in step";
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    start();
    TestClient client{port()};
    std::string requests;
    for (int i = 0; i < 50; ++i)
        requests += std::string{"GET "} + (i % 2 == 0 ? "/events/recent" : "/health") +
                    " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.send(requests);
    for (int i = 0; i < 50; ++i)
        EXPECT_THAT(client.answer().body, HasSubstr(i % 2 == 0 ? "event_id" : "uptime_s")) << i;
}

TEST_F(ServerTest, AnswersAClientThatHasNothingMoreToSend) {
    start();
    TestClient client{port()};
    client.send("GET /events/recent HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.end_sending();
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, TakesARequestByteByByte) {
    start();
    TestClient client{port()};
    for (const char c : std::string{"\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"})
        client.send({&c, 1});
    EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTest, RefusesWhatIsNoHttp) {
    start();
    const std::string host = "Host: localhost\r\n";
    for (const std::string& bytes : {
             std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15},
             std::string{"hello\r\n\r\n"},
             "GET\r\n" + host + "\r\n",
             "GET /health\r\n" + host + "\r\n",
             "GET  /health HTTP/1.1\r\n" + host + "\r\n",
             "GET /he\x01lth HTTP/1.1\r\n" + host + "\r\n",
             "GET /health HTTP/1.1\r\n" + host + "A b: c\r\n\r\n",
             "GET /health HTTP/1.1\r\n" + host + std::string{"A: b\0c\r\n\r\n", 10},
             std::string{"GET /health HTTP/1.1\r\n\r\n"},
             "GET /health HTTP/1.1\r\n" + host + host + "\r\n",
             "POST /config/reload HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
             "POST /config/reload HTTP/1.1\r\n" + host +
                 "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
             "POST /config/reload HTTP/1.1\r\n" + host +
                 "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "POST /config/reload HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
         }) {
        TestClient client{port()};
        client.send(bytes);
        const Answer answer = client.answer();
        expect_problem(answer, 400);
        EXPECT_EQ(answer.fields.at("connection"), "close") << bytes;
        EXPECT_TRUE(client.is_closed()) << bytes;
    }
    TestClient future{port()};
    future.send("GET / HTTP/3.0\r\n" + host + "\r\n");
    expect_problem(future.answer(), 505);
}

TEST_F(ServerTest, LimitsTheHeader) {
    options.limits.header_bytes = 2048;
    start();
    TestClient large{port()};
    large.send("GET /health HTTP/1.1\r\nHost: localhost\r\nA: " + std::string(4000, 'x') +
               "\r\n\r\n");
    expect_problem(large.answer(), 431);
    EXPECT_TRUE(large.is_closed());
    TestClient endless{port()};
    endless.send("GET /health HTTP/1.1\r\n");
    for (int i = 0; i < 2000 && endless.send("A: b\r\n"); ++i) {
    }
    expect_problem(endless.answer(), 431);
    TestClient address{port()};
    address.send("GET /" + std::string(4000, 'x'));
    expect_problem(address.answer(), 414);
}

TEST_F(ServerTest, LimitsTheBody) {
    options.limits.body_bytes = 1000;
    start();
    const std::string post = "POST /config/reload HTTP/1.1\r\nHost: localhost\r\n";
    TestClient said{port()};
    said.send(post + "Content-Length: 1001\r\n\r\n");
    expect_problem(said.answer(), 413);
    TestClient chunked{port()};
    chunked.send(post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
                 "\r\n");
    expect_problem(chunked.answer(), 413);
    TestClient fits{port()};
    fits.send(post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
    EXPECT_EQ(fits.answer().status, 200);
}

TEST_F(ServerTest, AClientThatSendsTooMuchStillReadsWhy) {
    options.limits.body_bytes = 10;
    start();
    TestClient client{port()};
    client.send(
        "POST /config/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n" +
        std::string(400000, 'x'));
    expect_problem(client.answer(), 413);
}

TEST_F(ServerTest, AsksForABodyThatWasOffered) {
    start();
    TestClient client{port()};
    client.send("POST /config/reload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                "Content-Length: 2\r\n\r\n");
    EXPECT_EQ(client.answer().status, 100);
    client.send("{}");
    EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTest, GivesUpASlowRequest) {
    options.limits.idle_time = hours{1};
    start();
    TestClient client{port()};
    client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea");
    EXPECT_EQ(client.answer().status, 200);
    ASSERT_TRUE(says_something_as_time_passes(client));
    expect_problem(client.answer(), 408);
}

TEST_F(ServerTest, ADripOfBytesDoesNotBuyTime) {
    options.limits.idle_time = hours{1};
    start();
    TestClient client{port()};
    client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\n");
    EXPECT_EQ(client.answer().status, 200);
    bool answered = false;
    for (int i = 0; i < 600 && !answered; ++i) {
        client.send("A: b\r\n");
        clock.advance(milliseconds{900});
        answered = client.readable_within(30);
    }
    expect_problem(client.answer(), 408);
}

TEST_F(ServerTest, ClosesWhoSaysNothing) {
    start();
    TestClient silent{port()};
    ASSERT_TRUE(silent.connected());
    TestClient done{port()};
    EXPECT_EQ(done.get("/health").status, 200);
    EXPECT_TRUE(says_something_as_time_passes(silent));
    EXPECT_TRUE(silent.is_closed());
    EXPECT_TRUE(says_something_as_time_passes(done));
    EXPECT_TRUE(done.is_closed());
}

TEST_F(ServerTest, AsksTheStoreOnceForAllWhoAskTheSame) {
    options.workers = 1;
    start();
    fakes.store.hold();
    std::vector<TestClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.emplace_back(port());
        clients.back().send("GET /events/recent HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    TestClient other{port()};
    EXPECT_EQ(other.get("/health").status, 200) << "who asks for something else does not wait";
    fakes.store.release();
    for (auto& client : clients)
        EXPECT_EQ(client.answer().status, 200);
    EXPECT_LE(fakes.store.searches, 20);
    EXPECT_EQ(other.get("/events/recent").status, 200);
    clock.advance(seconds{1});
    const int before = fakes.store.searches;
    EXPECT_EQ(other.get("/events/recent").status, 200);
    EXPECT_EQ(fakes.store.searches, before + 1) << "an old answer is not given";
}

TEST_F(ServerTest, SaysWhenTooMuchWaits) {
    options.workers = 1;
    options.limits.waiting_requests = 2;
    start();
    fakes.store.hold();
    std::vector<TestClient> clients;
    for (int i = 1; i <= 20; ++i) {
        clients.emplace_back(port());
        clients.back().send("GET /events/recent?limit=" + std::to_string(i) +
                            " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        while (i == 1 && fakes.store.searches == 0) // until it is being worked on
            std::this_thread::yield();
    }
    int refused = 0; // two wait
    for (int round = 0; round < 1000 && refused < 17; ++round)
        for (auto& client : clients)
            if (client.readable_within(1)) {
                const Answer answer = client.answer();
                expect_problem(answer, 503);
                EXPECT_EQ(answer.fields.at("retry-after"), "1");
                ++refused;
            }
    EXPECT_EQ(refused, 17);
    fakes.store.release();
    int answered = 0;
    for (int round = 0; round < 1000 && answered < 3; ++round)
        for (auto& client : clients)
            if (client.readable_within(1) && client.answer().status == 200)
                ++answered;
    EXPECT_EQ(answered, 3);
}

TEST_F(ServerTest, LimitsConnectionsInAll) {
    options.limits.connections = 3;
    start();
    std::vector<TestClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(port());
        EXPECT_EQ(clients.back().get("/health").status, 200);
    }
    TestClient late{port()};
    expect_problem(late.answer(), 503);
    clients.pop_back();
    for (int i = 0; i < 200; ++i) { // it is noticed soon that one has gone
        TestClient next{port()};
        if (next.get("/health").status == 200)
            return;
    }
    ADD_FAILURE() << "the place was not given back";
}

TEST_F(ServerTest, LimitsConnectionsOfOneAddress) {
    options.limits.connections_per_address = 2;
    start();
    TestClient first{port(), "127.0.0.2"};
    TestClient second{port(), "127.0.0.2"};
    EXPECT_EQ(first.get("/health").status, 200);
    EXPECT_EQ(second.get("/health").status, 200);
    TestClient third{port(), "127.0.0.2"};
    expect_problem(third.answer(), 429);
    TestClient other{port(), "127.0.0.3"};
    EXPECT_EQ(other.get("/health").status, 200);
}

TEST_F(ServerTest, ThousandsOfIdleConnectionsDoNotDisturb) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    rlimit more = limit;
    more.rlim_cur = std::min<rlim_t>(limit.rlim_max, 12'000);
    setrlimit(RLIMIT_NOFILE, &more);
    const std::size_t count = std::min<std::size_t>(2'000, more.rlim_cur / 2 - 100);
    start();
    std::vector<TestClient> idle;
    for (std::size_t i = 0; i < count; ++i) {
        idle.emplace_back(port());
        ASSERT_TRUE(idle.back().connected()) << i;
    }
    EXPECT_EQ(TestClient{port()}.get("/events/recent").status, 200);
    EXPECT_EQ(idle.front().get("/health").status, 200);
    EXPECT_EQ(idle.back().get("/health").status, 200);
    server.reset();
    setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(ServerTest, StopsAfterWhatIsUnderWay) {
    options.drain = milliseconds{30'000}; // a busy machine must not cut it short
    start();
    fakes.store.hold();
    TestClient idle{port()};
    EXPECT_EQ(idle.get("/health").status, 200);
    TestClient busy{port()};
    busy.send("GET /events/recent HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while (fakes.store.searches == 0)
        std::this_thread::yield();
    std::jthread stopper{[this] { server->stop(); }};
    EXPECT_TRUE(idle.is_closed());
    EXPECT_FALSE(TestClient{port()}.connected()) << "nobody new is taken";
    fakes.store.release();
    const Answer answer = busy.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.fields.at("connection"), "close");
    busy.end_sending(); // else the server waits for it
    stopper.join();
}

TEST_F(ServerTest, DoesNotWaitForeverWhenItStops) {
    options.drain = milliseconds{50};
    start();
    TestClient client{port()};
    client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /heal"); // never ends
    EXPECT_EQ(client.answer().status, 200);
    server->stop();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, SaysWhichPortIsTaken) {
    start();
    ApiOptions same = options;
    same.port = port();
    const auto second = ApiServer::start(same, fakes.parts(), log, metrics, clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(second.error().message(), HasSubstr("port " + std::to_string(port())));
    EXPECT_THAT(second.error().message(), HasSubstr("choose another port"));
}

TEST_F(ServerTest, RefusesOptionsThatCannotBeMeant) {
    const auto refused = [&](ApiOptions wrong) {
        const auto started = ApiServer::start(wrong, fakes.parts(), log, metrics, clock);
        return started ? "started" : started.error().message();
    };
    ApiOptions wrong;
    wrong.address = "0.0.0.0";
    EXPECT_THAT(refused(wrong), HasSubstr("can be reached from other machines"));
    wrong.address = "localhost";
    EXPECT_THAT(refused(wrong), HasSubstr("no IP address"));
    wrong.address = "192.0.2.1";
    wrong.allow_remote = true;
    EXPECT_THAT(refused(wrong), HasSubstr("does not have that address"));
    wrong = {};
    wrong.threads = 0;
    EXPECT_THAT(refused(wrong), HasSubstr("threads"));
    wrong = {};
    wrong.limits.header_bytes = 10;
    EXPECT_THAT(refused(wrong), HasSubstr("header_bytes"));
}

TEST_F(ServerTest, MeasuresItself) {
    observability::PrometheusMetrics measured;
    auto started = ApiServer::start(options, fakes.parts(), log, measured, clock);
    ASSERT_TRUE(started);
    TestClient client{(*started)->port()};
    client.get("/events/recent");
    client.get("/no-such");
    const std::string text = measured.expose();
    EXPECT_THAT(text,
                HasSubstr("api_requests_total{route=\"GET /events/recent\",status=\"2xx\"} 1"));
    EXPECT_THAT(text, HasSubstr("api_requests_total{route=\"none\",status=\"4xx\"} 1"));
    EXPECT_THAT(text, HasSubstr("api_connections 1"));
}

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
