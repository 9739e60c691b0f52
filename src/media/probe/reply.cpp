#include "probe/reply.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "vedette/base/text.h"
#include "vedette/base/utf8.h"

namespace vedette::media {
namespace {

constexpr std::size_t kLongestText = 120;

std::string_view next_line(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

std::string_view without_blanks(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t'))
        text.remove_prefix(1);
    return text;
}

/// realm="…" of a challenge.
std::string realm_in(std::string_view challenge) {
    constexpr std::string_view kKey = "realm=\"";
    const auto begin = challenge.find(kKey);
    if (begin == std::string_view::npos)
        return {};
    challenge.remove_prefix(begin + kKey.size());
    return printable(challenge.substr(0, challenge.find('"')));
}

bool read_status(std::string_view line, Reply& reply) {
    const bool rtsp = line.starts_with("RTSP/");
    if (!rtsp && !line.starts_with("HTTP/"))
        return false;
    reply.protocol = line.substr(0, 4);
    const auto space = line.find(' ');
    if (space == std::string_view::npos)
        return false;
    line = without_blanks(line.substr(space));
    const auto [end, failed] =
        std::from_chars(line.data(), line.data() + line.size(), reply.status);
    if (failed != std::errc{} || reply.status < 100 || reply.status > 999)
        return false;
    reply.reason =
        printable(without_blanks(line.substr(static_cast<std::size_t>(end - line.data()))));
    return true;
}

void take_header(std::string_view line, Reply& reply) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = without_blanks(line.substr(colon + 1));
    if (same_ignoring_case(name, "server"))
        reply.server = printable(value);
    else if (same_ignoring_case(name, "location"))
        reply.location = printable(value);
    else if (same_ignoring_case(name, "content-type"))
        reply.content_type = printable(value);
    else if (same_ignoring_case(name, "www-authenticate") && reply.realm.empty())
        reply.realm = realm_in(value);
}

/// Where the character begins that the byte at that place belongs to.
std::size_t character_at(std::string_view text, std::size_t place) {
    while (place > 0 && (static_cast<unsigned char>(text[place]) & 0xC0U) == 0x80U)
        --place;
    return place;
}

/// Control characters, among them those that turn the direction of the text around them.
bool shows_nothing(char32_t point) {
    return point < U' ' || (point >= 0x7F && point < 0xA0) ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
}

} // namespace

bool Reply::announces_video() const {
    return body.starts_with("m=video") || body.find("\nm=video") != std::string::npos;
}

std::string printable(std::string_view bytes) {
    bytes = bytes.substr(0, bytes.find_first_of("\r\n"));
    if (bytes.size() > kLongestText)
        bytes = bytes.substr(0, character_at(bytes, kLongestText));
    std::u32string points = decode_utf8(bytes);
    if (encode_utf8(points) != bytes) { // something else: what it shares with ASCII
        points.clear();
        for (const char c : bytes)
            points += static_cast<unsigned char>(c) < 0x80 ? static_cast<char32_t>(c) : U'?';
    }
    std::replace_if(points.begin(), points.end(), shows_nothing, U'?');
    return encode_utf8(points);
}

std::optional<Reply> parse_reply(std::string_view bytes) {
    Reply reply;
    if (!read_status(next_line(bytes), reply))
        return std::nullopt;
    while (!bytes.empty()) {
        const std::string_view line = next_line(bytes);
        if (line.empty())
            break;
        take_header(line, reply);
    }
    reply.body = bytes;
    return reply;
}

} // namespace vedette::media
