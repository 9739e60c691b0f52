#include "router.h"

#include <gmock/gmock.h>

namespace vedette::api {
namespace {

using ::testing::ElementsAre;

Route route(Method method, const std::string& pattern) {
    return {.method = method, .pattern = pattern, .permission = Permission::anyone};
}

Router some_router() {
    return Router{{route(Method::get, "/events/{id}"), route(Method::get, "/events/recent"),
                   route(Method::get, "/snapshots/{key...}"), route(Method::get, "/"),
                   route(Method::post, "/config/reload"),
                   route(Method::get, "/cameras/{id}/latest.jpg")}};
}

/// The pattern, or "none", or the methods that are allowed.
std::string found(Method method, const std::string& path) {
    static const Router kRouter = some_router();
    const auto found = kRouter.find(method, parse_target(path)->segments);
    if (const auto* match = std::get_if<Router::Match>(&found))
        return match->route->pattern;
    if (const auto* wrong = std::get_if<Router::WrongMethod>(&found))
        return wrong->allow;
    return "none";
}

std::vector<std::string> captured(const std::string& path) {
    const Router router = some_router();
    return std::get<Router::Match>(router.find(Method::get, parse_target(path)->segments)).captured;
}

TEST(Router, FindsTheMostExactPattern) {
    EXPECT_EQ(found(Method::get, "/events/recent"), "/events/recent");
    EXPECT_EQ(found(Method::get, "/events/recents"), "/events/{id}");
    EXPECT_EQ(found(Method::get, "/"), "/");
}

TEST(Router, GivesWhatStandsInTheBraces) {
    EXPECT_THAT(captured("/events/home.gate.1"), ElementsAre("home.gate.1"));
    EXPECT_THAT(captured("/cameras/gate/latest.jpg"), ElementsAre("gate"));
    EXPECT_THAT(captured("/snapshots/a"), ElementsAre("a"));
    EXPECT_THAT(captured("/snapshots/a/b%2Fc/d"), ElementsAre("a/b/c/d"));
    EXPECT_THAT(captured("/events/recent"), ElementsAre());
}

TEST(Router, KnowsWhatIsNotThere) {
    for (const char* path : {"/nothing", "/events", "/events/", "/events/a/b", "/snapshots",
                             "/snapshots/", "/cameras//latest.jpg", "//", "/events/recent/"})
        EXPECT_EQ(found(Method::get, path), "none") << path;
}

TEST(Router, NamesTheMethodsOfAPath) {
    EXPECT_EQ(found(Method::post, "/events/recent"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(found(Method::get, "/config/reload"), "POST, OPTIONS");
    EXPECT_EQ(found(Method::options, "/config/reload"), "POST, OPTIONS");
}

TEST(Router, HeadFindsWhatGetFinds) {
    EXPECT_EQ(found(Method::head, "/events/recent"), "/events/recent");
    EXPECT_EQ(found(Method::head, "/config/reload"), "POST, OPTIONS");
}

TEST(Router, TakesTheVersionOff) {
    auto segments = parse_target("/api/v1/events/recent")->segments;
    EXPECT_EQ(take_version_prefix(segments), "/api/v1");
    EXPECT_THAT(segments, ElementsAre("events", "recent"));
    EXPECT_EQ(take_version_prefix(segments), "");
    auto other = parse_target("/api/v2/events")->segments;
    EXPECT_EQ(take_version_prefix(other), "");
}

TEST(RouterDeathTest, RefusesTwoRoutesForTheSame) {
    EXPECT_DEATH(Router({route(Method::get, "/a/{x}"), route(Method::get, "/a/{y}")}), "same");
}

} // namespace
} // namespace vedette::api
