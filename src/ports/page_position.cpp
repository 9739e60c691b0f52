#include "vedette/ports/page_position.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace vedette::ports {
namespace {

constexpr char kForm = 1;
constexpr std::size_t kTime_bytes = 8;
constexpr std::size_t kChecksum_bytes = 4;
constexpr std::size_t kFrame_bytes = 1 + kTime_bytes + kChecksum_bytes;
constexpr std::size_t kLongestCursor = 1024;
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// FNV-1a: tells a cut or mistyped cursor from a whole one; it is no signature.
std::uint32_t checksum(std::string_view bytes) {
    std::uint32_t hash = 2166136261U;
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

void append_number(std::string& to, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;)
        to += static_cast<char>(static_cast<unsigned char>((value >> (8 * i)) & 0xFFU));
}

std::uint64_t read_number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes)
        value = (value << 8U) | static_cast<unsigned char>(c);
    return value;
}

std::string to_base64url(std::string_view bytes) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6)
            out += kDigits[(bits >> (held - 6)) & 0x3FU];
    }
    if (held > 0)
        out += kDigits[(bits << (6 - held)) & 0x3FU];
    return out;
}

/// Nothing for what to_base64url() cannot have given, so that every value has one text.
std::optional<std::string> from_base64url(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::size_t digit = kDigits.find(c);
        if (digit == std::string_view::npos)
            return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>(static_cast<unsigned char>((bits >> held) & 0xFFU));
        }
    }
    if (held >= 6 || (bits & ((1U << held) - 1U)) != 0)
        return std::nullopt;
    return out;
}

} // namespace

bool is_listed_before(const PagePosition& a, const PagePosition& b) noexcept {
    return a.first_seen != b.first_seen ? a.first_seen > b.first_seen : a.id > b.id;
}

std::string to_cursor(const PagePosition& position) {
    std::string bytes{kForm};
    append_number(bytes, static_cast<std::uint64_t>(position.first_seen.time_since_epoch().count()),
                  kTime_bytes);
    bytes += position.id.value();
    append_number(bytes, checksum(bytes), kChecksum_bytes);
    return to_base64url(bytes);
}

Result<PagePosition> from_cursor(std::string_view cursor) {
    const Error bad{ErrorCode::invalid_argument,
                    "cursor is none of those that a page gave: ask again from the first page"};
    if (cursor.size() > kLongestCursor)
        return bad;
    const auto bytes = from_base64url(cursor);
    if (!bytes || bytes->size() < kFrame_bytes || bytes->front() != kForm)
        return bad;
    const std::string_view all = *bytes;
    const auto body = all.substr(0, all.size() - kChecksum_bytes);
    if (read_number(all.substr(body.size())) != checksum(body))
        return bad;
    const auto time = static_cast<std::int64_t>(read_number(body.substr(1, kTime_bytes)));
    return PagePosition{WallTime{std::chrono::microseconds{time}},
                        domain::EventId{std::string{body.substr(1 + kTime_bytes)}}};
}

} // namespace vedette::ports
