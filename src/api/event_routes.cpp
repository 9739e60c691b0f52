#include <nlohmann/json.hpp>

#include "event_query.h"
#include "parameters.h"
#include "problem.h"
#include "routes.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

using ports::EventQuery;
using std::chrono::milliseconds;

/// Long enough that many who watch cost what one does, short enough that nobody sees it.
constexpr milliseconds kSameEvents{100};

/// An event with, after a fuzzy search, the reason why it was found.
std::string found_json(const ports::FoundEvent& found) {
    std::string json = events::to_json(found.event);
    if (found.reason.empty())
        return json;
    json.pop_back();
    const nlohmann::json reason = found.reason;
    json += ",\"reason\":" + reason.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
            "}";
    return json;
}

Response page_response(const Request& request, const ports::EventPage& page) {
    std::string json = "{\"events\":[";
    for (const auto& found : page.events) {
        if (json.back() != '[')
            json += ',';
        json += found_json(found);
    }
    const std::string next = page.next.empty() ? "" : link_to_page(request, page.next);
    json += "],\"next\":" + (next.empty() ? "null" : "\"" + next + "\"") + "}";
    Response response = json_response(std::move(json));
    response.etag = etag_of(response.body.bytes());
    response.headers.push_back({"Cache-Control", "no-cache"});
    if (!next.empty())
        response.headers.push_back({"Link", "<" + next + ">; rel=\"next\""});
    return response;
}

Response search(const ports::EventStore& store, const Request& request, const EventScope& scope) {
    const auto read = event_query(request, scope);
    if (const auto* problem = std::get_if<Response>(&read))
        return *problem;
    const auto page = store.search(std::get<EventQuery>(read));
    if (page)
        return page_response(request, *page);
    const Error& error = page.error();
    const bool about_cursor = error.message().find("cursor") != std::string::npos;
    const bool about_plate = error.message().find("plate") != std::string::npos;
    return problem_response(error, error.code() != ErrorCode::invalid_argument ? ""
                                   : about_cursor                              ? "cursor"
                                   : about_plate                               ? "plate"
                                                                               : "");
}

Response one_event(const ports::EventStore& store, const Request& request) {
    Parameters parameters{request.query};
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto event = store.find(domain::EventId{request.captured[0]});
    if (!event)
        return problem_response(event.error());
    Response response = json_response(events::to_json(*event));
    response.etag = etag_of(response.body.bytes());
    response.headers.push_back({"Cache-Control", "no-cache"});
    return response;
}

Route route(std::string pattern, Handler handler) {
    return {.method = Method::get,
            .pattern = std::move(pattern),
            .permission = Permission::see_events,
            .place = Place::worker,
            .same_answer_for = kSameEvents,
            .handler = std::move(handler)};
}

} // namespace

std::vector<Route> event_routes(const ApiParts& parts) {
    const ports::EventStore& store = parts.store;
    return {
        route("/events/recent",
              [&store](const Request& request) { return search(store, request, {}); }),
        route("/events/search",
              [&store](const Request& request) {
                  return search(store, request, {.plate = EventScope::Plate::parameter});
              }),
        route("/events/plate/{text}",
              [&store](const Request& request) {
                  return search(
                      store, request,
                      {.plate = EventScope::Plate::path, .plate_text = request.captured[0]});
              }),
        route("/events/camera/{id}",
              [&store](const Request& request) {
                  return search(store, request, {.camera = request.captured[0]});
              }),
        route("/events/{id}",
              [&store](const Request& request) { return one_event(store, request); }),
        {.method = Method::get,
         .pattern = "/ws/events",
         .permission = Permission::see_events,
         .place = Place::websocket,
         .handler = {}},
    };
}

} // namespace vedette::api
