#include "response_cache.h"

#include <gmock/gmock.h>

namespace vedette::api {
namespace {

using std::chrono::milliseconds;
using Turn = ResponseCache::Turn;

const SteadyTime kStart{std::chrono::hours{1}};

Response answer(const std::string& text, int status = 200) {
    Response response = json_response(text);
    response.status = status;
    return response;
}

ResponseCache::Waiter write_to(std::vector<std::string>& heard) {
    return [&heard](const Response& response) { heard.emplace_back(response.body.bytes()); };
}

TEST(ResponseCache, WorksOnAQuestionOnceForAllWhoAsk) {
    ResponseCache cache{8, 1000};
    std::vector<std::string> heard;
    EXPECT_EQ(cache.ask("a", kStart, write_to(heard)).turn, Turn::work);
    EXPECT_EQ(cache.ask("a", kStart, write_to(heard)).turn, Turn::wait);
    EXPECT_EQ(cache.ask("b", kStart, write_to(heard)).turn, Turn::work);
    cache.fulfil("a", kStart, kStart + milliseconds{100}, answer("1"));
    EXPECT_THAT(heard, ::testing::ElementsAre("1", "1"));
}

TEST(ResponseCache, GivesTheSameAnswerForAWhile) {
    ResponseCache cache{8, 1000};
    std::vector<std::string> heard;
    (void)cache.ask("a", kStart, write_to(heard));
    cache.fulfil("a", kStart, kStart + milliseconds{100}, answer("1"));
    const auto again = cache.ask("a", kStart + milliseconds{99}, write_to(heard));
    ASSERT_EQ(again.turn, Turn::answered);
    EXPECT_EQ(again.ready->body.bytes(), "1");
    EXPECT_EQ(cache.ask("a", kStart + milliseconds{100}, write_to(heard)).turn, Turn::work);
    EXPECT_EQ(heard.size(), 1U);
}

TEST(ResponseCache, KeepsNoFailures) {
    ResponseCache cache{8, 1000};
    std::vector<std::string> heard;
    (void)cache.ask("a", kStart, write_to(heard));
    cache.fulfil("a", kStart, kStart + milliseconds{100}, answer("1", 503));
    EXPECT_EQ(cache.ask("a", kStart, write_to(heard)).turn, Turn::work);
}

TEST(ResponseCache, StaysWithinItsBytes) {
    ResponseCache cache{1000, 100};
    std::vector<std::string> heard;
    for (int i = 0; i < 50; ++i) {
        const std::string key = std::to_string(i);
        (void)cache.ask(key, kStart, write_to(heard));
        cache.fulfil(key, kStart, kStart + milliseconds{100}, answer(std::string(20, 'x')));
        EXPECT_LE(cache.bytes(), 100U);
    }
    (void)cache.ask("large", kStart, write_to(heard));
    cache.fulfil("large", kStart, kStart + milliseconds{100}, answer(std::string(90, 'x')));
    EXPECT_EQ(cache.ask("large", kStart, write_to(heard)).turn, Turn::work) << "too large to keep";
    EXPECT_EQ(heard.size(), 51U);
}

TEST(ResponseCache, StaysWithinItsEntries) {
    ResponseCache cache{4, 1'000'000};
    std::vector<std::string> heard;
    int kept = 0;
    for (int i = 0; i < 20; ++i) {
        (void)cache.ask(std::to_string(i), kStart, write_to(heard));
        cache.fulfil(std::to_string(i), kStart, kStart + milliseconds{100}, answer("1"));
    }
    for (int i = 0; i < 20; ++i)
        kept += cache.ask(std::to_string(i), kStart, write_to(heard)).turn == Turn::answered;
    EXPECT_LE(kept, 4);
    EXPECT_GE(kept, 1);
}

} // namespace
} // namespace vedette::api
