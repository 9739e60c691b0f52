#include <sys/resource.h>
#include <thread>

#include "http/server_fixture.h"
#include "vedette/observability/prometheus_metrics.h"

namespace vedette::api {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Answer;
using test::TestClient;
using ::testing::HasSubstr;

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
    options.threads = 1;                  // so that all know of the end once the idle one is closed
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

} // namespace
} // namespace vedette::api
