#include "probe/reply.h"

#include <algorithm>
#include <cctype>
#include <charconv>

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

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](unsigned char x, unsigned char y) {
               return std::tolower(x) == std::tolower(y);
           });
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
    if (same_name(name, "server"))
        reply.server = printable(value);
    else if (same_name(name, "location"))
        reply.location = printable(value);
    else if (same_name(name, "content-type"))
        reply.content_type = printable(value);
    else if (same_name(name, "www-authenticate") && reply.realm.empty())
        reply.realm = realm_in(value);
}

} // namespace

bool Reply::announces_video() const {
    return body.starts_with("m=video") || body.find("\nm=video") != std::string::npos;
}

std::string printable(std::string_view bytes) {
    std::string out;
    for (const char c : bytes.substr(0, kLongestText)) {
        if (c == '\r' || c == '\n')
            break;
        out += static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~' ? '?' : c;
    }
    return out;
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
