#include "service.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "assets.h"
#include "routes.h"
#include "test_fakes.h"

namespace vedette::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

/// Asks as a connection does, without one.
class ServiceTest : public ::testing::Test {
protected:
    test::FakeParts fakes;
    ApiParts parts = fakes.parts();
    ManualClock clock;
    NullLog log;
    Service service{make_routes(parts, clock), {"nvr.lan"}, log};

    Response ask(RawRequest raw) {
        if (raw.host.empty())
            raw.host = "localhost";
        auto plan = service.plan(raw);
        auto* task = std::get_if<Service::Task>(&plan);
        Response response = task != nullptr ? service.run(*task) : std::get<Response>(plan);
        Service::finish(
            response,
            {.if_none_match = raw.if_none_match, .range = raw.range, .if_range = raw.if_range});
        return response;
    }
    Response get(std::string_view target, std::string_view if_none_match = "") {
        return ask({.method = "GET",
                    .target = target,
                    .host = {},
                    .origin = {},
                    .fetch_site = {},
                    .if_none_match = if_none_match});
    }
    static Json json(const Response& response) {
        return Json::parse(response.body.bytes(), nullptr, false);
    }
    static std::string header(const Response& response, std::string_view name) {
        for (const Header& one : response.headers)
            if (one.name == name)
                return one.value;
        return "";
    }
    /// It must be a problem with this status and code.
    static void expect_problem(const Response& response, int status, const std::string& code) {
        EXPECT_EQ(response.status, status) << response.body.bytes();
        EXPECT_EQ(response.content_type, "application/problem+json");
        const Json body = json(response);
        EXPECT_EQ(body.value("status", 0), status);
        EXPECT_EQ(body.value("code", ""), code) << body;
        EXPECT_FALSE(body.value("detail", "").empty());
        EXPECT_EQ(body.value("title", ""), reason_phrase(status));
    }
};

TEST_F(ServiceTest, EveryRouteDeclaresItsPermission) {
    for (const Route& route : service.router().routes()) {
        EXPECT_NE(static_cast<int>(route.permission), 0)
            << to_string(route.method) << " " << route.pattern
            << " declares no permission: give its Route one";
        EXPECT_NE(to_string(route.permission), "undeclared") << route.pattern;
    }
}

TEST_F(ServiceTest, TheDocumentAndTheRouterHaveTheSameRoutes) {
    std::map<std::string, std::string> documented; // "GET /path" -> permission
    const Json document = json(get("/openapi.json"));
    for (const auto& [path, methods] : document["paths"].items())
        for (const auto& [method, operation] : methods.items()) {
            std::string name = method;
            for (char& c : name)
                c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            documented[name + " " + path] = operation.value("x-permission", "");
        }
    std::map<std::string, std::string> served;
    for (const Route& route : service.router().routes()) {
        std::string pattern = route.pattern;
        if (const auto dots = pattern.find("...}"); dots != std::string::npos)
            pattern.erase(dots, 3);
        served[std::string{to_string(route.method)} + " " + pattern] =
            std::string{to_string(route.permission)};
    }
    EXPECT_EQ(documented, served);
}

TEST_F(ServiceTest, GivesRecentEventsWithALinkToTheNextPage) {
    const Response page = get("/events/recent?limit=1");
    ASSERT_EQ(page.status, 200);
    const Json body = json(page);
    EXPECT_EQ(body["events"].size(), 1U);
    EXPECT_EQ(body["events"][0]["track"], 2);
    const std::string next = body["next"];
    EXPECT_EQ(next, "/events/recent?limit=1&cursor=after-1");
    EXPECT_EQ(header(page, "Link"), "<" + next + ">; rel=\"next\"");
    const Json last = json(get(next));
    EXPECT_EQ(last["events"][0]["track"], 1);
    EXPECT_TRUE(last["next"].is_null());
}

TEST_F(ServiceTest, KeepsTheVersionInLinks) {
    EXPECT_EQ(json(get("/api/v1/events/recent?limit=1"))["next"],
              "/api/v1/events/recent?limit=1&cursor=after-1");
    EXPECT_EQ(json(get("/api/v1/cameras/gate"))["picture"], "/api/v1/cameras/gate/latest.jpg");
}

TEST_F(ServiceTest, SearchSaysWhyAFuzzyMatchFits) {
    const Json body = json(get("/events/search?plate=AB12CDF&match=fuzzy"));
    EXPECT_EQ(body["events"][0]["reason"], "1 edit: \"AB12\"");
    EXPECT_FALSE(json(get("/events/recent"))["events"][0].contains("reason"));
}

TEST_F(ServiceTest, FindsEventsByPlateCameraAndId) {
    EXPECT_EQ(json(get("/events/plate/AB12CDE"))["events"].size(), 2U);
    EXPECT_EQ(json(get("/events/plate/XX"))["events"].size(), 0U);
    EXPECT_EQ(json(get("/events/plate/AB*"))["events"].size(), 2U);
    EXPECT_EQ(json(get("/events/camera/gate"))["events"].size(), 2U);
    EXPECT_EQ(json(get("/events/camera/nowhere"))["events"].size(), 0U);
    EXPECT_EQ(json(get("/events/home.gate.20261121T100000Z.1.sighting.0"))["track"], 1);
    expect_problem(get("/events/no-such"), 404, "not_found");
}

TEST_F(ServiceTest, NamesABadCursor) {
    const Response refused = get("/events/recent?cursor=%2e%2e");
    expect_problem(refused, 400, "invalid_argument");
    EXPECT_EQ(json(refused)["parameter"], "cursor");
}

TEST_F(ServiceTest, ListsCamerasWithTheirState) {
    const Json cameras = json(get("/cameras"))["cameras"];
    ASSERT_EQ(cameras.size(), 2U);
    EXPECT_EQ(cameras[0]["id"], "gate");
    EXPECT_EQ(cameras[0]["state"], "online");
    EXPECT_EQ(cameras[1]["problem"], "no answer <b>");
    EXPECT_EQ(cameras[0]["funnel"]["published"], 3);
    EXPECT_EQ(cameras[1]["inputs"], Json::array({{{"roles", {"detect", "live", "record"}},
                                                  {"state", "offline"},
                                                  {"since", cameras[1]["since"]},
                                                  {"source", "rtsp://10.0.0.10/main"},
                                                  {"problem", "no answer <b>"},
                                                  {"reconnects", 4},
                                                  {"breaks", 3}}}));
    expect_problem(get("/cameras/none"), 404, "not_found");
}

TEST_F(ServiceTest, GivesThePictureWithWhatLiesInIt) {
    const Response picture = get("/cameras/gate/latest.jpg?size=640");
    ASSERT_EQ(picture.status, 200);
    EXPECT_EQ(picture.content_type, "image/jpeg");
    EXPECT_EQ(picture.body.bytes(), "jpeg of 640");
    const std::string about = header(picture, "Vedette-Picture");
    for (const char c : about)
        EXPECT_TRUE(c >= 0x20 && c < 0x7F) << about;
    EXPECT_EQ(Json::parse(about)["boxes"][0]["text"], "\xC3\x84\n\"B");
    EXPECT_EQ(Json::parse(about)["boxes"][0]["box"], Json({0.1, 0.2, 0.3, 0.4}));
    EXPECT_EQ(get("/cameras/gate/latest.jpg?size=640", picture.etag).status, 304);
    EXPECT_EQ(get("/cameras/gate/latest.jpg?size=800", picture.etag).status, 200);
    expect_problem(get("/cameras/gate/latest.jpg?size=10"), 400, "invalid_argument");
    expect_problem(get("/cameras/drive/latest.jpg"), 503, "unavailable");
    expect_problem(get("/cameras/none/latest.jpg"), 404, "not_found");
}

TEST_F(ServiceTest, GivesSnapshotsAndNothingElse) {
    const Response picture = get("/snapshots/gate/1.jpg");
    EXPECT_EQ(picture.body.bytes(), "a picture");
    EXPECT_EQ(picture.content_type, "image/jpeg");
    EXPECT_EQ(get("/snapshots/gate%2F1.jpg").status, 200);
    EXPECT_EQ(get("/snapshots/gate/1.jpg", "\"x\", " + picture.etag).status, 304);
    expect_problem(get("/snapshots/gate/2.jpg"), 404, "not_found");
    for (const char* path :
         {"/snapshots/../secret", "/snapshots/%2e%2e/secret", "/snapshots/gate/%2E%2e/%2e%2e/x",
          "/snapshots/..%2f..%2fetc%2fpasswd", "/snapshots/%2fetc%2fpasswd",
          "/snapshots/gate//1.jpg", "/snapshots/gate/./1.jpg", "/snapshots/gate%5c1.jpg"})
        EXPECT_THAT(get(path).status, ::testing::AnyOf(400, 404)) << path;
    expect_problem(get("/snapshots/a%00b"), 400, "invalid_argument");
}

TEST_F(ServiceTest, AddsUpTheFunnel) {
    const Json funnel = json(get("/funnel"));
    EXPECT_EQ(funnel["total"]["published"], 6);
    EXPECT_EQ(funnel["cameras"]["drive"]["too_brief"], 1);
}

TEST_F(ServiceTest, TellsHealthAndReadiness) {
    clock.advance(std::chrono::seconds{61});
    EXPECT_EQ(json(get("/health")),
              Json({{"status", "ok"}, {"version", "1.2.3"}, {"uptime_s", 61}}));
    EXPECT_EQ(json(get("/ready"))["status"], "ready");
    fakes.store.damage();
    const Response unready = get("/ready");
    EXPECT_EQ(unready.status, 503);
    EXPECT_THAT(std::string{unready.body.bytes()}, HasSubstr("the store is damaged"));
}

TEST_F(ServiceTest, PassesFiguresOn) {
    EXPECT_EQ(json(get("/stats"))["cameras"], 2);
    EXPECT_THAT(std::string{get("/metrics").body.bytes()}, HasSubstr("a 1"));
}

TEST_F(ServiceTest, SaysWhatThisServerDoesNotKeep) {
    parts.stats = nullptr;
    parts.convoy = nullptr;
    parts.patterns = nullptr;
    parts.watch_lists = nullptr;
    parts.watch_check = nullptr;
    parts.metrics = nullptr;
    parts.reload = nullptr;
    expect_problem(get("/stats"), 501, "not_implemented");
    expect_problem(get("/metrics"), 501, "not_implemented");
    expect_problem(get("/convoy?plate=A1"), 501, "not_implemented");
    expect_problem(get("/patterns?plate=A1"), 501, "not_implemented");
    expect_problem(get("/watchlists"), 501, "not_implemented");
    expect_problem(get("/watchlists/check?plate=A1"), 501, "not_implemented");
    RawRequest raw;
    raw.method = "POST";
    raw.target = "/config/reload";
    expect_problem(ask(raw), 501, "not_implemented");
}

TEST_F(ServiceTest, LooksForPatternsOfTheKindsThatAreAskedFor) {
    EXPECT_EQ(json(get("/patterns?plate=A1&kind=dwell,co_parking"))["kinds"], 2);
    EXPECT_EQ(json(get("/patterns?plate=A1"))["kinds"], 0);
    for (const auto& [query, parameter] : {std::pair{"?kind=dwell", "plate"},
                                           {"?plate=A1&kind=loitering", "kind"},
                                           {"?plate=A1&together=1", "together"}}) {
        const std::string target = "/patterns" + std::string{query};
        const Response refused = get(target);
        expect_problem(refused, 400, "invalid_argument");
        EXPECT_EQ(json(refused)["parameter"], parameter);
    }
}

TEST_F(ServiceTest, ReloadsTheConfiguration) {
    RawRequest raw;
    raw.method = "POST";
    raw.target = "/config/reload";
    EXPECT_EQ(json(ask(raw))["changed"][0], "camera gate: fps 5 -> 10");
    parts.reload = [] {
        return Result<std::vector<std::string>>{
            Error{ErrorCode::invalid_argument, "a.yaml:3: unknown key"}};
    };
    expect_problem(ask(raw), 400, "invalid_argument");
    raw.origin = "http://evil.example";
    expect_problem(ask(raw), 403, "permission_denied");
}

TEST_F(ServiceTest, AHandlerThatThrowsIsAProblemWithoutItsWords) {
    parts.stats = []() -> std::string { throw std::runtime_error{"secret"}; };
    const Response response = get("/stats");
    expect_problem(response, 500, "internal");
    EXPECT_THAT(std::string{response.body.bytes()}, Not(HasSubstr("secret")));
}

TEST_F(ServiceTest, RefusesStrangersNames) {
    for (const char* host : {"evil.example", "evil.example:8080"}) {
        RawRequest raw;
        raw.method = "GET";
        raw.target = "/events/recent";
        raw.host = host;
        expect_problem(ask(raw), 421, "wrong_host");
        raw.host = "nvr.lan:8080";
        EXPECT_EQ(ask(raw).status, 200);
    }
}

TEST_F(ServiceTest, TellsWhatAPathKnows) {
    RawRequest raw;
    raw.method = "DELETE";
    raw.target = "/events/recent";
    const Response refused = ask(raw);
    expect_problem(refused, 405, "wrong_method");
    EXPECT_EQ(header(refused, "Allow"), "GET, HEAD, OPTIONS");
    raw.method = "OPTIONS";
    EXPECT_EQ(ask(raw).status, 204);
    EXPECT_EQ(header(ask(raw), "Allow"), "GET, HEAD, OPTIONS");
    raw.target = "*";
    EXPECT_EQ(ask(raw).status, 204);
    raw.target = "/no-such";
    expect_problem(ask(raw), 404, "not_found");
    raw.method = "BREW";
    raw.target = "/cameras";
    expect_problem(ask(raw), 405, "wrong_method");
}

TEST_F(ServiceTest, RefusesUnknownParametersAndPaths) {
    for (const char* target :
         {"/health?a=b", "/ready?a", "/stats?x=1", "/metrics?x", "/cameras?x", "/cameras/gate?x",
          "/funnel?x", "/snapshots/gate/1.jpg?x", "/events/a?x", "/events/recent?plate=a"})
        expect_problem(get(target), 400, "invalid_argument");
    for (const char* target : {"/nothing", "/events", "/api", "/api/v2/events/recent", "/%2e%2e",
                               "/assets/none.js", "/docs/none", "/events/recent/"})
        expect_problem(get(target), 404, "not_found");
    expect_problem(get("/%zz"), 400, "invalid_argument");
}

TEST_F(ServiceTest, ServesThePagesWithAPolicyOfTheirOwn) {
    const Response page = get("/");
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("script-src 'self'"));
    EXPECT_THAT(header(page, "Content-Security-Policy"), Not(HasSubstr("unsafe")));
    EXPECT_EQ(get("/", page.etag).status, 304);
    EXPECT_EQ(get("/assets/app.js").content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(get("/docs").status, 200);
    EXPECT_EQ(json(get("/api/v1/openapi.json"))["openapi"], "3.1.0");
    const Response moved = get("/api/v1");
    EXPECT_EQ(moved.status, 308);
    EXPECT_EQ(header(moved, "Location"), "/api/v1/");
    EXPECT_EQ(get("/api/v1/").status, 200);
}

/// Nothing that a page loads or asks for is on another machine.
TEST_F(ServiceTest, NoPageNamesAnotherMachine) {
    for (const Asset& asset : embedded_assets()) {
        if (!asset.name.starts_with("page/") && asset.name != "docs/index.html" &&
            asset.name != "docs/start.js")
            continue;
        std::string text{asset.bytes};
        const std::string allowed = "\"http://www.w3.org/2000/svg\""; // a name, not an address
        if (const auto at = text.find(allowed); at != std::string::npos)
            text.erase(at, allowed.size());
        EXPECT_EQ(text.find("http://"), std::string::npos) << asset.name;
        EXPECT_EQ(text.find("https://"), std::string::npos) << asset.name;
        EXPECT_EQ(text.find("innerHTML"), std::string::npos) << asset.name;
    }
}

TEST(Etag, IsComparedWeakly) {
    EXPECT_TRUE(names_etag("\"a\"", "\"a\""));
    EXPECT_TRUE(names_etag("W/\"a\" , \"b\"", "\"a\""));
    EXPECT_TRUE(names_etag("\"b\",\t\"a\"", "\"a\""));
    EXPECT_TRUE(names_etag("*", "\"a\""));
    EXPECT_FALSE(names_etag("\"b\"", "\"a\""));
    EXPECT_FALSE(names_etag("", "\"a\""));
    EXPECT_FALSE(names_etag("*", ""));
}

TEST_F(ServiceTest, AsksForAConvoyAsTheClientDid) {
    const auto answer = get("/convoy?plate=AB1&max_lag=60");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(json(answer)["plate"], "AB1");
    EXPECT_EQ(json(answer)["max_lag"], 60);
    EXPECT_EQ(json(get("/watchlists/check?plate=AB1"))["plate"], "AB1");
    for (const auto& [target, parameter] : std::vector<std::pair<std::string, std::string>>{
             {"/convoy", "plate"},
             {"/convoy?plate=" + std::string(65, 'A'), "plate"},
             {"/convoy?plate=A&max_lag=0", "max_lag"},
             {"/convoy?plate=A&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"},
             {"/convoy?plate=A&min_plces=2", "min_plces"},
             {"/watchlists/check?plate=", "plate"}}) {
        const auto refused = get(target);
        expect_problem(refused, 400, "invalid_argument");
        EXPECT_EQ(json(refused)["parameter"], parameter) << target;
    }
}

} // namespace
} // namespace vedette::api
