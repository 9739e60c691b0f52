#include "vedette/net/stream.h"

#include <fstream>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"
#include "vedette/net/http.h"
#include "vedette/net/testing/tls_server.h"

namespace vedette::net {
namespace {

using namespace std::chrono_literals;
using testing::CertificateOptions;
using testing::TestCertificate;
using testing::TlsServer;

class Tls : public ::testing::Test {
protected:
    /// A file that holds the certificate.
    std::filesystem::path file_of(const TestCertificate& trusted) {
        const auto path = folder.path() / "ca.pem";
        std::ofstream{path} << trusted.pem();
        return path;
    }
    Result<std::unique_ptr<Stream>> secured(std::uint16_t port, const TlsOptions& options) {
        auto stream = Stream::connect("127.0.0.1", port, patience);
        if (!stream)
            return stream;
        if (auto done = (*stream)->secure(options, patience); !done)
            return std::move(done).error();
        return stream;
    }
    Error refusal(std::uint16_t port, const TlsOptions& options) {
        auto stream = secured(port, options);
        EXPECT_FALSE(stream);
        return stream ? Error{ErrorCode::internal, "it was trusted"} : stream.error();
    }
    std::string asked(Stream& stream) {
        EXPECT_TRUE(stream.write("hello", patience));
        std::string answer(64, '\0');
        const auto got = stream.read(answer, patience);
        EXPECT_TRUE(got) << got.error().message();
        answer.resize(got.value_or(0));
        return answer;
    }

    TemporaryFolder folder;
    SystemClock clock;
    Patience patience{clock, 10s};
    TestCertificate certificate;
    TlsServer server{certificate, TlsServer::saying("welcome")};
};

TEST_F(Tls, ACertificateThatWasGivenIsTrusted) {
    auto stream = secured(server.port(), {.ca_file = file_of(certificate)});
    ASSERT_TRUE(stream) << stream.error().message();
    EXPECT_EQ(asked(**stream), "welcome");
}

TEST_F(Tls, AnUnknownOneIsNotAndSaysWhatToDo) {
    const Error error = refusal(server.port(), {});
    EXPECT_EQ(error.code(), ErrorCode::permission_denied);
    for (const char* words : {"CN=camera", "signed by itself", "SHA-256", "ca_file"})
        EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
    const TestCertificate other;
    const Error with_file = refusal(server.port(), {.ca_file = file_of(other)});
    EXPECT_EQ(with_file.code(), ErrorCode::permission_denied);
    EXPECT_NE(with_file.message().find("holds neither"), std::string::npos) << with_file.message();
}

TEST_F(Tls, WhoVerifiesNothingBelievesAnybody) {
    auto stream = secured(server.port(), {.verify = false});
    ASSERT_TRUE(stream) << stream.error().message();
    EXPECT_EQ(asked(**stream), "welcome");
}

TEST_F(Tls, AnExpiredOneSaysSince) {
    const TestCertificate old{{.begins = -7200s, .ends = -3600s}};
    const TlsServer expired{old, TlsServer::saying("x")};
    const Error error = refusal(expired.port(), {.ca_file = file_of(old)});
    EXPECT_EQ(error.code(), ErrorCode::permission_denied);
    EXPECT_NE(error.message().find("it expired on"), std::string::npos) << error.message();
    const TestCertificate young{{.begins = 3600s, .ends = 7200s}};
    const TlsServer early{young, TlsServer::saying("x")};
    EXPECT_NE(refusal(early.port(), {.ca_file = file_of(young)}).message().find("only from"),
              std::string::npos);
}

TEST_F(Tls, AnotherNameIsNotTrustedUnlessItIsExpected) {
    const TestCertificate gate{{.names = "DNS:gate.example,IP:10.9.8.7"}};
    const TlsServer other{gate, TlsServer::saying("welcome")};
    const Error error = refusal(other.port(), {.ca_file = file_of(gate)});
    for (const char* words : {"gate.example", "10.9.8.7", "not for 127.0.0.1", "server_name"})
        EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
    EXPECT_TRUE(secured(other.port(), {.ca_file = file_of(gate), .server_name = "gate.example"}));
    EXPECT_FALSE(secured(other.port(), {.ca_file = file_of(gate), .server_name = "yard.example"}));
    EXPECT_TRUE(secured(other.port(), {.ca_file = file_of(gate), .server_name = "10.9.8.7"}));
}

TEST_F(Tls, AFileWithoutACertificateIsSaid) {
    const Error missing = refusal(server.port(), {.ca_file = folder.path() / "none.pem"});
    EXPECT_EQ(missing.code(), ErrorCode::invalid_argument);
    EXPECT_NE(missing.message().find("none.pem"), std::string::npos);
}

TEST_F(Tls, HttpSaysTheSame) {
    const std::string body = R"({"a":1})";
    const TlsServer web{certificate, TlsServer::saying("HTTP/1.1 200 OK\r\nContent-Type: "
                                                       "Application/JSON; charset=x\r\nConnection: "
                                                       "close\r\nContent-Length: 7\r\n\r\n" +
                                                       body)};
    HttpClient client;
    HttpRequest request{.url = "https://127.0.0.1:" + std::to_string(web.port()) + "/"};
    const auto refused = client.ask(request, patience);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::permission_denied);
    EXPECT_NE(refused.error().message().find("signed by itself"), std::string::npos)
        << refused.error().message();
    request.tls.ca_file = file_of(certificate);
    const auto answer = client.ask(request, patience);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->content_type, "application/json");
    EXPECT_EQ(answer->body, body);
    request.max_body = 3;
    EXPECT_EQ(client.ask(request, patience).error().code(), ErrorCode::resource_exhausted);
}

TEST_F(Tls, HttpChecksTheNameThatIsExpected) {
    const TestCertificate gate{{.names = "DNS:gate.example"}};
    const TlsServer web{gate, TlsServer::saying("HTTP/1.1 204 No Content\r\nConnection: "
                                                "close\r\n\r\n")};
    HttpClient client;
    HttpRequest request{.url = "https://127.0.0.1:" + std::to_string(web.port()) + "/",
                        .tls = {.ca_file = file_of(gate)}};
    EXPECT_FALSE(client.ask(request, patience));
    request.tls.server_name = "gate.example";
    const auto answer = client.ask(request, patience);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 204);
}

TEST(Connect, NobodyThereNoSuchNameAndAStopAreToldApart) {
    const SystemClock clock;
    std::uint16_t port = 0;
    {
        const TestCertificate certificate;
        port = TlsServer{certificate, TlsServer::saying("")}.port();
    }
    const auto refused = Stream::connect("127.0.0.1", port, {clock, 5s});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
    EXPECT_NE(refused.error().message().find("nothing listens"), std::string::npos);
    const auto unnamed = Stream::connect("no-such-name.invalid", 554, {clock, 5s});
    ASSERT_FALSE(unnamed);
    EXPECT_NE(unnamed.error().message().find("no-such-name.invalid"), std::string::npos);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = Stream::connect("192.0.2.1", 554, {clock, 5s, stop.get_token()});
    ASSERT_FALSE(stopped);
}

TEST(Connect, AServerThatSaysNothingEndsInTime) {
    const SystemClock clock;
    const TestCertificate certificate;
    const TlsServer silent{certificate, [](SSL* ssl) {
                               char c = 0;
                               SSL_read(ssl, &c, 1);
                           }};
    auto stream = Stream::connect("127.0.0.1", silent.port(), {clock, 5s});
    ASSERT_TRUE(stream);
    std::string answer(16, '\0');
    const auto got = (*stream)->read(answer, {clock, 50ms});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), ErrorCode::deadline_exceeded);
    EXPECT_NE(got.error().message().find("said nothing"), std::string::npos);
}

} // namespace
} // namespace vedette::net
