#include "event_query.h"

#include <array>

#include "parameters.h"
#include "problem.h"
#include "target.h"

namespace vedette::api {
namespace {

using ports::EventQuery;
using ports::PlateMatch;

constexpr std::array<std::pair<std::string_view, PlateMatch>, 4> kMatches{{
    {"exact", PlateMatch::exact},
    {"prefix", PlateMatch::prefix},
    {"wildcard", PlateMatch::wildcard},
    {"fuzzy", PlateMatch::fuzzy},
}};
constexpr int kLargestPage = 500;
constexpr int kUsualPage = 50;
constexpr int kMostEdits = 2;
constexpr std::size_t kLongestCursor = 512;

/// A plate with a wildcard in it is meant as one.
PlateMatch usual_match(const std::optional<std::string>& plate) {
    return plate && plate->find_first_of("?*") != std::string::npos ? PlateMatch::wildcard
                                                                    : PlateMatch::exact;
}

void read_plate(Parameters& parameters, const EventScope& scope, EventQuery& query) {
    if (scope.plate == EventScope::Plate::none)
        return;
    query.plate =
        scope.plate == EventScope::Plate::path ? scope.plate_text : parameters.text("plate");
    const auto match = parameters.text("match");
    query.match = parameters.one_of<PlateMatch>("match", usual_match(query.plate), kMatches);
    query.max_edits = parameters.integer("max_edits", 1, 0, kMostEdits);
    if (!query.plate && match)
        parameters.fail("match", "says how a plate is compared; give plate, too");
}

void read_cameras(Parameters& parameters, const EventScope& scope, EventQuery& query) {
    if (scope.camera) {
        query.cameras.emplace_back(*scope.camera);
        return;
    }
    for (auto& camera : parameters.list("camera"))
        query.cameras.emplace_back(std::move(camera));
}

/// Which parameter the store's complaint is about: its messages start with the field's name.
std::string field_of(const std::string& message) {
    const std::string word = message.substr(0, message.find_first_of(" :"));
    for (const std::string_view name :
         {"plate", "limit", "max_edits", "min_confidence", "from", "to", "cursor"})
        if (word == name)
            return word;
    return {};
}

} // namespace

std::variant<EventQuery, Response> event_query(const Request& request, const EventScope& scope) {
    Parameters parameters{request.query};
    EventQuery query;
    read_plate(parameters, scope, query);
    read_cameras(parameters, scope, query);
    query.labels = parameters.list("label");
    query.from = parameters.time("from");
    query.to = parameters.time("to");
    query.min_confidence = parameters.share("min_confidence", 0);
    query.with_discarded = parameters.truth("discarded", false);
    query.limit =
        static_cast<std::size_t>(parameters.integer("limit", kUsualPage, 1, kLargestPage));
    query.cursor = parameters.text("cursor").value_or("");
    if (query.cursor.size() > kLongestCursor)
        parameters.fail("cursor", "is longer than any this server gives out");
    if (auto problem = parameters.problem())
        return *std::move(problem);
    if (const Status good = ports::check_query(query); !good)
        return problem_response(good.error(), field_of(good.error().message()));
    return query;
}

std::variant<LiveFilter, Response> live_filter(const Request& request) {
    Parameters parameters{request.query};
    LiveFilter filter{.cameras = parameters.list("camera"), .kinds = parameters.list("kind")};
    if (auto problem = parameters.problem())
        return *std::move(problem);
    return filter;
}

std::string link_to_page(const Request& request, const std::string& cursor) {
    std::string link = request.base + request.path + "?";
    for (const auto& [name, value] : request.query)
        if (name != "cursor")
            link += percent_encoded(name) + "=" + percent_encoded(value) + "&";
    return link + "cursor=" + percent_encoded(cursor);
}

} // namespace vedette::api
