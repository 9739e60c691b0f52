#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "event_query.h"
#include "json_text.h"
#include "judgement.h"
#include "parameters.h"
#include "problem.h"
#include "routes.h"
#include "target.h"
#include "vedette/analysis/case.h"
#include "vedette/analysis/case_keeper.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/domain/plate_text.h"

namespace vedette::api {
namespace {

using analysis::Case;
using analysis::CaseState;
using analysis::CaseStep;
using analysis::format_pass_time;
using Json = nlohmann::ordered_json;
using Store = std::shared_ptr<ports::FollowingStore>;

constexpr int kUsualPage = 50;
constexpr int kLargestPage = 100; // a case may be large
constexpr double kLargestScore = 1e6;
constexpr std::size_t kLongestPlate_bytes = 64;
constexpr std::size_t kLongestCursor = 512;

Response unfit() {
    return to_response({.status = 501,
                        .code = "not_implemented",
                        .detail = "this server has no cases of following",
                        .parameter = {}});
}

Response tagged(const Json& json) {
    Response response = json_response(text_of(json));
    response.etag = etag_of(response.body.bytes());
    response.headers.push_back({"Cache-Control", "no-cache"});
    return response;
}

// ---- the list ----

/// A plate, or a subject that is none.
std::optional<std::string> plate_in(Parameters& parameters, std::string_view name) {
    const auto given = parameters.text(name);
    if (!given)
        return std::nullopt;
    if (given->size() > kLongestPlate_bytes)
        parameters.fail(name, "must have at most 64 bytes");
    std::string plate =
        name == "subject" ? analysis::subject_from(*given) : domain::normalize_plate(*given);
    if (plate.empty())
        parameters.fail(name, "has no letter or digit");
    return plate;
}

ports::FollowingQuery query_in(Parameters& parameters) {
    ports::FollowingQuery query;
    query.subject = plate_in(parameters, "subject");
    query.vehicle = plate_in(parameters, "plate");
    query.states = parameters.list("state");
    for (const std::string& state : query.states)
        if (!analysis::case_state_from(state))
            parameters.fail("state", "must be open, updated, closed, confirmed or dismissed");
    query.from = parameters.time("from");
    query.to = parameters.time("to");
    query.min_llr = parameters.number("min_llr", -kLargestScore, kLargestScore);
    query.limit =
        static_cast<std::size_t>(parameters.integer("limit", kUsualPage, 1, kLargestPage));
    query.cursor = parameters.text("cursor").value_or("");
    if (query.cursor.size() > kLongestCursor)
        parameters.fail("cursor", "is longer than any this server gives out");
    return query;
}

/// What a list says of a case. One that cannot be understood says so instead of hiding the others.
Json summary_json(const ports::FollowingRecord& record) {
    Json json{{"id", record.id},
              {"subject", record.subject},
              {"vehicle", record.vehicle},
              {"state", record.state},
              {"llr", record.llr},
              {"model", record.score},
              {"opened", format_pass_time(record.opened)},
              {"updated", format_pass_time(record.updated)},
              {"revision", record.revision}};
    const auto about = analysis::case_in(record);
    if (!about) {
        json["problem"] = about.error().message();
        return json;
    }
    json["probability"] = about->chance.probability;
    json["false_alarms_per_month"] = about->chance.false_alarms_per_month;
    json["expected_sightings"] = about->chance.expected_sightings;
    json["trips"] = about->score.sessions;
    json["places"] = about->score.places;
    json["co_sightings"] = about->score.co_sightings;
    json["first"] = format_pass_time(about->first);
    json["last"] = format_pass_time(about->last);
    return json;
}

Response cases(const Request& request, const FollowingParts& parts) {
    Parameters parameters{request.query};
    const ports::FollowingQuery query = query_in(parameters);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto store = parts.store();
    if (!store)
        return problem_response(store.error());
    const auto page = (*store)->list(query);
    if (!page)
        return problem_response(page.error(),
                                page.error().code() == ErrorCode::invalid_argument ? "cursor" : "");
    Json list = Json::array();
    for (const ports::FollowingRecord& record : page->records)
        list.push_back(summary_json(record));
    const std::string next = page->next.empty() ? "" : link_to_page(request, page->next);
    Response response =
        tagged({{"cases", std::move(list)}, {"next", next.empty() ? Json{} : Json(next)}});
    if (!next.empty())
        response.headers.push_back({"Link", "<" + next + ">; rel=\"next\""});
    return response;
}

// ---- one case ----

void link_pictures(Json& sighting, const std::string& base) {
    for (const std::string who : {"subject", "vehicle"})
        if (const auto key = sighting.find(who + "_snapshot"); key != sighting.end())
            sighting[who + "_picture"] =
                base + "/snapshots/" + percent_encoded(key->get<std::string>());
}

Json place_json(const analysis::Place& place) {
    Json json{{"camera", place.camera.value()},
              {"lat", place.at.latitude_deg},
              {"lon", place.at.longitude_deg}};
    if (place.bearing_deg)
        json["bearing"] = *place.bearing_deg;
    json["clock_error_ms"] = place.clock_error.count();
    return json;
}

Result<Json> places_json(const Case& about, const FollowingParts& parts) {
    Json json = Json::array();
    if (!parts.places)
        return json;
    VEDETTE_TRY(const auto places, parts.places());
    for (const analysis::Place& place : analysis::places_of(about, places))
        json.push_back(place_json(place));
    return json;
}

/// Form 1 of schema/following_case.v1.json with what only this server knows.
Response case_response(const ports::FollowingRecord& record, const Request& request,
                       const FollowingParts& parts) {
    const auto about = analysis::case_in(record);
    if (!about)
        return problem_response(about.error());
    const auto places = places_json(*about, parts);
    if (!places)
        return problem_response(places.error());
    Json json = Json::parse(analysis::case_to_json(*about));
    for (Json& sighting : json["sightings"])
        link_pictures(sighting, request.base);
    json["revision"] = record.revision;
    json["places"] = *places;
    json["evidence"] =
        request.base + "/following/cases/" + percent_encoded(record.id) + "/evidence";
    return tagged(json);
}

Response one_case(const Request& request, const FollowingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    const auto store = parts.store();
    if (!store)
        return problem_response(store.error());
    const auto record = (*store)->find(request.captured[0]);
    return record ? case_response(*record, request, parts) : problem_response(record.error());
}

Response evidence(const Request& request, const FollowingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    const auto store = parts.store();
    if (!store)
        return problem_response(store.error());
    const std::string& id = request.captured[0];
    auto pack = parts.evidence(**store, id);
    if (!pack)
        return problem_response(pack.error());
    Response response;
    response.content_type = "application/x-tar";
    response.body = *std::move(pack);
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back(
        {"Content-Disposition", "attachment; filename=\"" +
                                    (analysis::is_case_id(id) ? id : std::string{"case"}) +
                                    ".tar\""});
    return response;
}

// ---- judging ----

CaseState meant_by(CaseStep step) {
    return step == CaseStep::confirm ? CaseState::confirmed : CaseState::dismissed;
}

/// Saying the same again changes nothing, so an answer that was lost may be asked for once more.
Status judge_unless_said(ports::FollowingStore& store, const std::string& id,
                         const analysis::Judgement& judgement) {
    const auto is_said = [&]() -> Result<bool> {
        VEDETTE_TRY(const auto record, store.find(id));
        return record.state == analysis::to_string(meant_by(judgement.step));
    };
    VEDETTE_TRY(const bool said_before, is_said());
    if (said_before)
        return {};
    const auto done = analysis::judge_case(store, id, judgement);
    if (done)
        return {};
    VEDETTE_TRY(const bool said_meanwhile, is_said());
    return said_meanwhile ? Status{} : Status{done.error()};
}

Response judge(const Request& request, const FollowingParts& parts, CaseStep step, WallTime now) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    auto read = judgement_in(request);
    if (auto* problem = std::get_if<Response>(&read))
        return std::move(*problem);
    auto& body = std::get<JudgementBody>(read);
    const auto store = parts.store();
    if (!store)
        return problem_response(store.error());
    const std::string& id = request.captured[0];
    const Status judged = judge_unless_said(
        **store, id, {step, now, std::move(body.who), std::move(body.why), body.revision});
    if (!judged)
        return problem_response(judged.error());
    const auto record = (*store)->find(id);
    return record ? case_response(*record, request, parts) : problem_response(record.error());
}

// ---- subjects ----

Json precision_json(const analysis::CasePrecision& one) {
    return {{"model", one.score},
            {"cases", one.cases},
            {"confirmed", one.confirmed},
            {"dismissed", one.dismissed},
            {"precision", one.precision ? Json(*one.precision) : Json{}},
            {"low", one.low},
            {"high", one.high}};
}

Json subjects_json(const std::vector<ports::FollowingSubjectCount>& counts) {
    std::map<std::string, std::map<std::string, std::uint64_t>> subjects;
    for (const auto& count : counts)
        subjects[count.subject][count.state] = count.cases;
    Json list = Json::array();
    for (const auto& [subject, states] : subjects) {
        std::uint64_t all = 0;
        Json by_state = Json::object();
        for (const CaseState state : {CaseState::open, CaseState::updated, CaseState::closed,
                                      CaseState::confirmed, CaseState::dismissed}) {
            const auto found = states.find(std::string{analysis::to_string(state)});
            const std::uint64_t number = found == states.end() ? 0 : found->second;
            by_state[std::string{analysis::to_string(state)}] = number;
            all += number;
        }
        list.push_back({{"subject", subject}, {"cases", all}, {"states", std::move(by_state)}});
    }
    return list;
}

Response subjects(const Request& request, const FollowingParts& parts) {
    if (auto problem = Parameters{request.query}.problem())
        return *std::move(problem);
    const auto store = parts.store();
    if (!store)
        return problem_response(store.error());
    const auto counts = (*store)->subject_counts();
    if (!counts)
        return problem_response(counts.error());
    const auto precision = analysis::precision_in(**store);
    if (!precision)
        return problem_response(precision.error());
    Json judged = Json::array();
    for (const analysis::CasePrecision& one : *precision)
        judged.push_back(precision_json(one));
    return json_response(
        text_of({{"subjects", subjects_json(*counts)}, {"precision", std::move(judged)}}));
}

Route route(Method method, std::string pattern, Permission permission, Handler handler) {
    return {.method = method,
            .pattern = std::move(pattern),
            .permission = permission,
            .place = Place::worker,
            .handler = std::move(handler)};
}

} // namespace

std::vector<Route> following_routes(const ApiParts& parts, const Clock& clock) {
    const FollowingParts& following = parts.following;
    const auto get = [&following](std::string pattern, Permission permission,
                                  Response (*handler)(const Request&, const FollowingParts&)) {
        return route(Method::get, std::move(pattern), permission,
                     [&following, handler](const Request& request) {
                         return following.store && following.evidence ? handler(request, following)
                                                                      : unfit();
                     });
    };
    const auto post = [&following, &clock](std::string pattern, CaseStep step) {
        return route(Method::post, std::move(pattern), Permission::judge_cases,
                     [&following, &clock, step](const Request& request) {
                         return following.store ? judge(request, following, step, clock.wall_now())
                                                : unfit();
                     });
    };
    return {get("/following/cases", Permission::see_events, cases),
            get("/following/cases/{id}", Permission::see_events, one_case),
            get("/following/cases/{id}/evidence", Permission::see_pictures, evidence),
            get("/following/subjects", Permission::see_events, subjects),
            post("/following/cases/{id}/confirm", CaseStep::confirm),
            post("/following/cases/{id}/dismiss", CaseStep::dismiss)};
}

} // namespace vedette::api
