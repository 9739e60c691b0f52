#include "recording_asked.h"

#include "problem.h"

namespace vedette::api {
namespace {

Response unfit() {
    return to_response({.status = 501,
                        .code = "not_implemented",
                        .detail = "this server has no recordings",
                        .parameter = {}});
}

} // namespace

Route recording_route(const ApiParts& parts, const Clock& clock, Method method, std::string pattern,
                      Permission permission, std::function<Response(const Asked&)> handler) {
    return {.method = method,
            .pattern = "/recordings" + std::move(pattern),
            .permission = permission,
            .place = Place::worker,
            .handler = [&parts, &clock, handler = std::move(handler)](const Request& request) {
                const RecordingParts& ours = parts.recordings;
                return ours.files == nullptr ? unfit() : handler({request, ours, parts, clock});
            }};
}

std::pair<WallTime, WallTime> span_in(Parameters& parameters) {
    const auto time = [&](std::string_view name) {
        const auto given = parameters.time(name);
        if (!given)
            parameters.fail(name, "is missing: a time in UTC like 2026-11-21T10:15:00Z");
        return given.value_or(WallTime{});
    };
    const WallTime from = time("from");
    return {from, time("to")};
}

} // namespace vedette::api
