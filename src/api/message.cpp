#include "message.h"

#include <array>

#include "vedette/crypto/sha256.h"

namespace vedette::api {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{{
    {"GET", Method::get},
    {"HEAD", Method::head},
    {"POST", Method::post},
    {"PUT", Method::put},
    {"PATCH", Method::patch},
    {"DELETE", Method::del},
    {"OPTIONS", Method::options},
}};

/// Enough that nobody meets a collision, short enough to read.
constexpr std::size_t kEtagDigits = 32;

std::string_view without_weakness(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

Method method_from(std::string_view name) noexcept {
    for (const auto& [text, method] : kMethods)
        if (text == name)
            return method;
    return Method::other;
}

std::string_view to_string(Method method) noexcept {
    for (const auto& [text, known] : kMethods)
        if (known == method)
            return text;
    return "other";
}

Body::Body(std::string text) {
    const auto owner = std::make_shared<const std::string>(std::move(text));
    bytes_ = *owner;
    owner_ = owner;
}

Body Body::of(std::vector<std::byte> bytes) {
    const auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    Body body;
    body.bytes_ = {reinterpret_cast<const char*>(owner->data()), owner->size()};
    body.owner_ = owner;
    return body;
}

Body Body::of_program(std::string_view bytes) {
    Body body;
    body.bytes_ = bytes;
    return body;
}

StreamedBody StreamedBody::of(std::unique_ptr<BodySource> source, bool ranges) {
    const std::uint64_t size = source->size();
    return {.source = std::move(source), .from = 0, .bytes = size, .ranges = ranges};
}

Response json_response(std::string json) {
    Response response;
    response.content_type = "application/json";
    response.body = std::move(json);
    return response;
}

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 421: return "Misdirected Request";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

std::string etag_of(std::string_view bytes) {
    return "\"" + crypto::sha256_hex(bytes).substr(0, kEtagDigits) + "\"";
}

bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept {
    if (etag.empty())
        return false;
    while (!if_none_match.empty()) {
        const std::size_t comma = if_none_match.find(',');
        const std::string_view one = trimmed(if_none_match.substr(0, comma));
        if (one == "*" || without_weakness(one) == without_weakness(etag))
            return true;
        if_none_match =
            comma == std::string_view::npos ? std::string_view{} : if_none_match.substr(comma + 1);
    }
    return false;
}

} // namespace vedette::api
