#include "app/reload_requests.h"

#include <gtest/gtest.h>
#include <thread>

namespace vedette::app {
namespace {

using namespace std::chrono_literals;

TEST(ReloadRequests, IsRefusedWhileNobodyExpectsIt) {
    ReloadRequests requests;
    EXPECT_FALSE(requests.request());
    requests.expect();
    EXPECT_FALSE(requests.wait(0ms, {}));
    EXPECT_TRUE(requests.request());
}

TEST(ReloadRequests, SeveralBeforeTheAnswerAreOne) {
    ReloadRequests requests;
    requests.expect();
    EXPECT_TRUE(requests.request());
    EXPECT_TRUE(requests.request());
    EXPECT_TRUE(requests.wait(0ms, {}));
    EXPECT_FALSE(requests.wait(0ms, {}));
}

TEST(ReloadRequests, WakesWhoWaits) {
    ReloadRequests requests;
    requests.expect();
    const std::jthread signal{[&] { EXPECT_TRUE(requests.request()); }};
    EXPECT_TRUE(requests.wait(1h, {}));
}

TEST(ReloadRequests, AStopEndsTheWait) {
    ReloadRequests requests;
    requests.expect();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(requests.wait(1h, stop.get_token()));
}

} // namespace
} // namespace vedette::app
