#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "http/test_client.h"
#include "test_fakes.h"
#include "vedette/api/server.h"

namespace vedette::api {

/// A server over fakes, whose clock stands still until a test moves it.
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
    bool says_something_as_time_passes(const test::TestClient& client) {
        for (int i = 0; i < 600; ++i) {
            clock.advance(std::chrono::seconds{5});
            if (client.readable_within(50))
                return true;
        }
        return false;
    }
    static void expect_problem(const test::Answer& answer, int status) {
        EXPECT_EQ(answer.status, status) << answer.head << answer.body;
        ASSERT_TRUE(answer.fields.count("content-type")) << answer.head;
        EXPECT_EQ(answer.fields.at("content-type"), "application/problem+json");
        EXPECT_EQ(nlohmann::json::parse(answer.body, nullptr, false).value("status", 0), status);
    }
};

} // namespace vedette::api
