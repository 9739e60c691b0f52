#include "http/wire.h"

#include <boost/beast/http/error.hpp>

#include "problem.h"

namespace vedette::api::http {
namespace {

using Error = boost::beast::http::error;

Response problem(int status, std::string_view code, std::string detail) {
    return to_response(
        {.status = status, .code = code, .detail = std::move(detail), .parameter = {}});
}

bool has_body(int status) { return status != 204 && status != 304 && status >= 200; }

} // namespace

std::string response_head(const Response& response, std::string_view date, AfterAnswer after,
                          bool is_http_1_0) {
    std::string head;
    head.reserve(512);
    const auto field = [&](std::string_view name, std::string_view value) {
        head.append(name).append(": ").append(value).append("\r\n");
    };
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(reason_phrase(response.status)).append("\r\n");
    field("Date", date);
    if (!response.content_type.empty())
        field("Content-Type", response.content_type);
    if (has_body(response.status))
        field("Content-Length", std::to_string(response.stream ? response.stream->bytes
                                                               : response.body.bytes().size()));
    if (!response.etag.empty())
        field("ETag", response.etag);
    for (const Header& header : response.headers)
        field(header.name, header.value);
    field("X-Content-Type-Options", "nosniff");
    field("Referrer-Policy", "no-referrer");
    field("Cross-Origin-Resource-Policy", "same-origin");
    if (after == AfterAnswer::close)
        field("Connection", "close");
    else if (is_http_1_0)
        field("Connection", "keep-alive");
    head.append("\r\n");
    return head;
}

Response parse_problem(const error_code& error, bool has_line) {
    if (error == Error::header_limit)
        return has_line ? problem(431, "header_too_large",
                                  "the header fields of the request are larger than this server "
                                  "takes")
                        : problem(414, "address_too_long",
                                  "the address of the request is longer than this server takes");
    if (error == Error::body_limit)
        return problem(413, "body_too_large",
                       "the body of the request is larger than this server takes");
    if (error == Error::bad_version)
        return problem(505, "wrong_version", "this server speaks HTTP/1.0 and HTTP/1.1");
    return problem(400, "malformed", "this is no well-formed HTTP request: " + error.message());
}

} // namespace vedette::api::http
