#include "problem.h"

#include <nlohmann/json.hpp>

namespace vedette::api {

int http_status(ErrorCode code) noexcept {
    switch (code) { // no default: a new code must be decided here
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::permission_denied: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::already_exists: return 409;
    case ErrorCode::resource_exhausted: return 503;
    case ErrorCode::cancelled: return 503; // of ours: the server stops
    case ErrorCode::unavailable: return 503;
    case ErrorCode::deadline_exceeded: return 504;
    case ErrorCode::data_loss:
    case ErrorCode::internal: return 500;
    }
    return 500;
}

Response to_response(const Problem& problem) {
    nlohmann::ordered_json json{{"type", "about:blank"},
                                {"title", reason_phrase(problem.status)},
                                {"status", problem.status},
                                {"detail", problem.detail},
                                {"code", problem.code}};
    if (!problem.parameter.empty())
        json["parameter"] = problem.parameter;
    Response response;
    response.status = problem.status;
    response.content_type = "application/problem+json";
    response.body = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    response.headers.push_back({"Cache-Control", "no-store"});
    if (problem.status == 503)
        response.headers.push_back({"Retry-After", "1"});
    return response;
}

Response problem_response(const Error& error, std::string parameter) {
    return to_response({.status = http_status(error.code()),
                        .code = vedette::to_string(error.code()),
                        .detail = error.message(),
                        .parameter = std::move(parameter)});
}

} // namespace vedette::api
