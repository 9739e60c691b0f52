#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "routes.h"
#include "service.h"
#include "test_fakes.h"
#include "testing/sample_cases.h"
#include "vedette/analysis/case.h"
#include "vedette/analysis/evidence_pack.h"
#include "vedette/ports/testing/memory_following_store.h"

namespace vedette::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;

class FollowingRoutesTest : public ::testing::Test {
protected:
    FollowingRoutesTest() {
        EXPECT_TRUE(demo::keep_sample_cases(*store));
        parts.following = {.store = [this]() -> Result<std::shared_ptr<ports::FollowingStore>> {
                               if (nothing_there)
                                   return Error{ErrorCode::not_found, "record makes cases"};
                               return store;
                           },
                           .places = []() -> Result<std::vector<analysis::Place>> {
                               return demo::sample_places();
                           },
                           .evidence = demo::sample_evidence};
    }

    Response ask(RawRequest raw) {
        raw.host = "localhost";
        auto plan = service.plan(raw);
        auto* task = std::get_if<Service::Task>(&plan);
        Response response = task != nullptr ? service.run(*task) : std::get<Response>(plan);
        Service::finish(response,
                        {.if_none_match = raw.if_none_match, .range = {}, .if_range = {}});
        return response;
    }
    Response get(const std::string& target) {
        RawRequest raw;
        raw.method = "GET";
        raw.target = target;
        return ask(raw);
    }
    Response post(const std::string& target, std::string_view body = "",
                  std::string_view content_type = "application/json") {
        RawRequest raw;
        raw.method = "POST";
        raw.target = target;
        raw.body = body;
        raw.content_type = content_type;
        return ask(raw);
    }
    static Json json(const Response& response) {
        return Json::parse(response.body.bytes(), nullptr, false);
    }
    std::vector<std::string> vehicles(const std::string& query) {
        std::vector<std::string> out;
        const Json answer = json(get("/following/cases" + query));
        for (const Json& one : answer["cases"])
            out.push_back(one["vehicle"]);
        return out;
    }
    static void expect_problem(const Response& response, int status, const std::string& saying) {
        EXPECT_EQ(response.status, status) << response.body.bytes();
        EXPECT_EQ(response.content_type, "application/problem+json");
        EXPECT_THAT(json(response).value("detail", ""), HasSubstr(saying));
    }

    const std::string id = analysis::case_id("AB12CDE", "CD34EFG");
    const std::string path = "/following/cases/" + id;
    const std::shared_ptr<ports::testing::MemoryFollowingStore> store =
        std::make_shared<ports::testing::MemoryFollowingStore>();
    bool nothing_there = false;
    test::FakeParts fakes;
    ApiParts parts = fakes.parts();
    ManualClock clock{test::at_second(7)};
    NullLog log;
    Service service{make_routes(parts, clock), {}, log};
};

TEST_F(FollowingRoutesTest, ListsCasesTheLastChangedFirst) {
    EXPECT_THAT(vehicles(""), ElementsAre("CD34EFG", "GH56IJK", "LM78NOP"));
    const Json first = json(get("/following/cases"))["cases"][0];
    EXPECT_EQ(first["id"], id);
    EXPECT_EQ(first["subject"], "AB12CDE");
    EXPECT_EQ(first["state"], "open");
    EXPECT_EQ(first["trips"], 3);
    EXPECT_GT(first["llr"], 10);
    EXPECT_EQ(first["probability"], 0.9994);
}

TEST_F(FollowingRoutesTest, TurnsPages) {
    const Json page = json(get("/api/v1/following/cases?limit=2"));
    EXPECT_THAT(page["cases"], SizeIs(2));
    const std::string next = page["next"];
    EXPECT_THAT(next, HasSubstr("/api/v1/following/cases?limit=2&cursor="));
    const Json last = json(get(next));
    EXPECT_EQ(last["cases"][0]["vehicle"], "LM78NOP");
    EXPECT_TRUE(last["next"].is_null());
    expect_problem(get("/following/cases?cursor=x"), 400, "cursor");
}

TEST_F(FollowingRoutesTest, FindsWhatIsAskedFor) {
    EXPECT_THAT(vehicles("?plate=gh-56%20ijk"), ElementsAre("GH56IJK"));
    EXPECT_THAT(vehicles("?subject=GH56IJK"), IsEmpty());
    EXPECT_THAT(vehicles("?subject=AB12CDE"), SizeIs(3));
    EXPECT_THAT(vehicles("?min_llr=1e6"), IsEmpty());
    EXPECT_THAT(vehicles("?min_llr=-1e6"), SizeIs(3));
    EXPECT_THAT(vehicles("?from=2026-11-07T00:00:00Z"), ElementsAre("CD34EFG"));
    EXPECT_THAT(vehicles("?to=2026-11-06T00:00:00Z"), ElementsAre("LM78NOP"));
    ASSERT_EQ(post(path + "/dismiss").status, 200);
    EXPECT_THAT(vehicles("?state=dismissed"), ElementsAre("CD34EFG"));
    EXPECT_THAT(vehicles("?state=open,confirmed"), ElementsAre("GH56IJK", "LM78NOP"));
    expect_problem(get("/following/cases?state=guilty"), 400, "open, updated");
    expect_problem(get("/following/cases?min_llr=many"), 400, "min_llr must be a number");
    expect_problem(get("/following/cases?plate=---"), 400, "no letter or digit");
    expect_problem(get("/following/cases?limit=101"), 400, "limit");
}

TEST_F(FollowingRoutesTest, ShowsAllThatACaseSays) {
    const Json about = json(get(path));
    EXPECT_EQ(about["vehicle"], "CD34EFG");
    EXPECT_EQ(about["revision"], 1);
    EXPECT_EQ(about["evidence"], path + "/evidence");
    EXPECT_THAT(about["sightings"], SizeIs(12));
    const Json& sighting = about["sightings"][0];
    EXPECT_EQ(sighting["camera"], "harbour");
    EXPECT_THAT(std::string{sighting["vehicle_picture"]}, HasSubstr("/snapshots/drive%2F"));
    EXPECT_THAT(std::string{sighting["subject_event"]}, HasSubstr("home.harbour."));
    EXPECT_THAT(about["score"]["terms"], SizeIs(analysis::kTermKinds));
    EXPECT_FALSE(about["score"]["terms"][0].value("words", "").empty());
    EXPECT_EQ(about["versions"]["grammar"], "regions-1");
    EXPECT_THAT(about["places"], SizeIs(8));
    const std::string other = "/following/cases/" + analysis::case_id("AB12CDE", "GH56IJK");
    EXPECT_THAT(json(get(other))["places"], SizeIs(5)) << "of its cameras alone";
    EXPECT_EQ(about["places"][0]["camera"], "harbour");
    EXPECT_EQ(about["places"][0]["bearing"], 40.0);
    EXPECT_THAT(std::string{json(get("/api/v1" + path))["sightings"][0]["subject_picture"]},
                HasSubstr("/api/v1/snapshots/gate%2F"));
    expect_problem(get("/following/cases/fc-none"), 404, "there is no case fc-none");
}

TEST_F(FollowingRoutesTest, TakesAJudgementOnceHoweverOftenItIsSaid) {
    const Json judged =
        json(post(path + "/confirm", R"({"who":"kim","why":"saw it","revision":1})"));
    EXPECT_EQ(judged["state"], "confirmed");
    EXPECT_EQ(judged["history"].back()["who"], "kim");
    EXPECT_EQ(judged["history"].back()["why"], "saw it");
    EXPECT_EQ(judged["history"].back()["at"], "2026-11-21T10:00:07.000Z");
    const Json again =
        json(post(path + "/confirm", R"({"who":"kim","why":"saw it","revision":1})"));
    EXPECT_EQ(again, judged);
    const Json other = json(post(path + "/dismiss"));
    EXPECT_EQ(other["state"], "dismissed");
    EXPECT_EQ(other["history"].back()["who"], "api");
    EXPECT_EQ(other["revision"], 3);
}

TEST_F(FollowingRoutesTest, RefusesAJudgementOfACaseThatChangedSince) {
    const Response refused = post(path + "/confirm", R"({"revision":2})");
    expect_problem(refused, 409, "look at it again");
    EXPECT_EQ(json(get(path))["state"], "open");
}

TEST_F(FollowingRoutesTest, NamesWhatIsWrongWithABody) {
    const auto parameter = [&](std::string_view body) {
        const Response refused = post(path + "/confirm", body);
        EXPECT_EQ(refused.status, 400) << body;
        return json(refused).value("parameter", "");
    };
    EXPECT_EQ(parameter("[]"), "body");
    EXPECT_EQ(parameter("{"), "body");
    EXPECT_EQ(parameter("null"), "body");
    EXPECT_EQ(parameter("{\"why\":\"\xFF\"}"), "body");
    EXPECT_EQ(parameter(R"({"reason":"x"})"), "reason");
    EXPECT_EQ(parameter(R"({"why":7})"), "why");
    EXPECT_EQ(parameter(R"({"why":"\u001b[2J"})"), "why");
    EXPECT_EQ(parameter(R"({"why":")" + std::string(1025, 'x') + R"("})"), "why");
    EXPECT_EQ(parameter(R"({"who":""})"), "who");
    EXPECT_EQ(parameter(R"({"revision":-1})"), "revision");
    EXPECT_EQ(parameter(R"({"revision":"1"})"), "revision");
    expect_problem(post(path + "/confirm", "why=x", "application/x-www-form-urlencoded"), 415,
                   "application/json");
    EXPECT_EQ(post(path + "/confirm", "{}", "Application/JSON ; charset=utf-8").status, 200);
}

TEST_F(FollowingRoutesTest, APageOfAnotherSiteMayNotJudge) {
    RawRequest raw;
    raw.method = "POST";
    const std::string target = path + "/confirm";
    raw.target = target;
    raw.origin = "http://evil.example";
    expect_problem(ask(raw), 403, "another site");
    EXPECT_EQ(json(get(path))["state"], "open");
}

TEST_F(FollowingRoutesTest, GivesTheSignedPack) {
    const Response pack = get(path + "/evidence");
    ASSERT_EQ(pack.status, 200);
    EXPECT_EQ(pack.content_type, "application/x-tar");
    const auto report = analysis::verify_evidence_pack(pack.body.bytes(), {});
    EXPECT_FALSE(report.problem) << report.problem->words;
    ASSERT_TRUE(report.contents);
    EXPECT_EQ(report.contents->about.id, id);
    bool names_it = false;
    for (const Header& header : pack.headers)
        names_it = names_it || (header.name == "Content-Disposition" &&
                                header.value == "attachment; filename=\"" + id + ".tar\"");
    EXPECT_TRUE(names_it);
    expect_problem(get("/following/cases/fc-none/evidence"), 404, "fc-none");
}

TEST_F(FollowingRoutesTest, CountsCasesOfEachSubjectAndHowOftenTheyWereRight) {
    ASSERT_EQ(post(path + "/confirm").status, 200);
    const Json all = json(get("/following/subjects"));
    ASSERT_THAT(all["subjects"], SizeIs(1));
    EXPECT_EQ(all["subjects"][0]["subject"], "AB12CDE");
    EXPECT_EQ(all["subjects"][0]["cases"], 3);
    EXPECT_EQ(all["subjects"][0]["states"]["confirmed"], 1);
    EXPECT_EQ(all["subjects"][0]["states"]["open"], 2);
    EXPECT_EQ(all["precision"][0]["model"], std::string{analysis::kFollowingModel});
    EXPECT_EQ(all["precision"][0]["precision"], 1.0);
    EXPECT_LT(all["precision"][0]["low"], 0.5) << "one judgement says little";
}

TEST_F(FollowingRoutesTest, SaysWhatMakesCasesWhileThereAreNone) {
    nothing_there = true;
    for (const std::string& target : {std::string{"/following/cases"}, path, path + "/evidence",
                                      std::string{"/following/subjects"}})
        expect_problem(get(target), 404, "record makes cases");
    expect_problem(post(path + "/confirm"), 404, "record makes cases");
    nothing_there = false;
    EXPECT_EQ(get(path).status, 200) << "as soon as they are there";
}

TEST_F(FollowingRoutesTest, OneBrokenCaseHidesNoOther) {
    auto broken = store->find(id).value();
    broken.body = "{}";
    ASSERT_TRUE(store->commit({.up_to = {}, .cases = {broken}, .announce = {}, .state = {}}));
    const Json all = json(get("/following/cases"));
    ASSERT_THAT(all["cases"], SizeIs(3));
    EXPECT_THAT(all["cases"][0].value("problem", ""), HasSubstr("can't be understood"));
    expect_problem(get(path), 500, "can't be understood");
}

TEST_F(FollowingRoutesTest, AServerWithoutCasesSaysSo) {
    parts.following = {};
    expect_problem(get("/following/cases"), 501, "no cases");
    expect_problem(get("/following/subjects"), 501, "no cases");
    expect_problem(post(path + "/confirm"), 501, "no cases");
}

} // namespace
} // namespace vedette::api
