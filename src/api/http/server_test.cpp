#include "vedette/api/server.h"

#include "http/server_fixture.h"

namespace vedette::api {
namespace {

using test::Answer;
using test::TestClient;
using ::testing::HasSubstr;

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

} // namespace
} // namespace vedette::api
