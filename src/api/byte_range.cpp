#include "byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "problem.h"

namespace vedette::api {
namespace {

constexpr std::string_view kUnit = "bytes=";

/// More than fits into a number is more than any body has.
std::optional<std::uint64_t> number_in(std::string_view text) {
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return std::nullopt;
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} ? out : UINT64_MAX;
}

ByteRange last_bytes(std::uint64_t wanted, std::uint64_t size) {
    const std::uint64_t count = std::min(wanted, size);
    return count == 0 ? ByteRange{ByteRange::Kind::unsatisfiable, 0, 0}
                      : ByteRange{ByteRange::Kind::part, size - count, count};
}

/// RFC 9110, 13.1.5: the strong comparison; a date is none of our tags.
bool is_still(std::string_view if_range, const std::string& etag) {
    return if_range.empty() || (!etag.empty() && if_range == etag);
}

} // namespace

ByteRange read_range(std::string_view field, std::uint64_t size) {
    if (!field.starts_with(kUnit) || field.find(',') != std::string_view::npos)
        return {};
    const std::string_view range = field.substr(kUnit.size());
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos)
        return {};
    const auto last = number_in(range.substr(dash + 1));
    if (dash == 0)
        return last ? last_bytes(*last, size) : ByteRange{};
    const auto first = number_in(range.substr(0, dash));
    const bool open = dash + 1 == range.size();
    if (!first || (!last && !open) || (last && *last < *first))
        return {};
    if (*first >= size)
        return {ByteRange::Kind::unsatisfiable, 0, 0};
    const std::uint64_t end = open ? size : std::min(*last, size - 1) + 1;
    return {ByteRange::Kind::part, *first, end - *first};
}

void apply_range(Response& response, const Conditions& conditions) {
    if (response.status != 200 || !response.stream || !response.stream->ranges)
        return;
    response.headers.push_back({"Accept-Ranges", "bytes"});
    const std::uint64_t size = response.stream->bytes;
    const ByteRange range = is_still(conditions.if_range, response.etag)
                                ? read_range(conditions.range, size)
                                : ByteRange{};
    if (range.kind == ByteRange::Kind::whole)
        return;
    if (range.kind == ByteRange::Kind::unsatisfiable) {
        response = to_response({.status = 416,
                                .code = "range_not_satisfiable",
                                .detail = "there are " + std::to_string(size) +
                                          " bytes, and none in the range that was asked for",
                                .parameter = {}});
        response.headers.push_back({"Content-Range", "bytes */" + std::to_string(size)});
        return;
    }
    response.status = 206;
    response.stream->from = range.from;
    response.stream->bytes = range.bytes;
    response.headers.push_back({"Content-Range", "bytes " + std::to_string(range.from) + "-" +
                                                     std::to_string(range.from + range.bytes - 1) +
                                                     "/" + std::to_string(size)});
}

} // namespace vedette::api
