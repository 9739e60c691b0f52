#include "vedette/domain/event.h"

#include <array>
#include <utility>

namespace vedette::domain {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 8> kVerdicts{{
    {Verdict::published, "published"},
    {Verdict::no_plate_found, "no_plate_found"},
    {Verdict::plate_too_small, "plate_too_small"},
    {Verdict::plate_unreadable, "plate_unreadable"},
    {Verdict::plate_too_short, "plate_too_short"},
    {Verdict::duplicate, "duplicate"},
    {Verdict::too_brief, "too_brief"},
    {Verdict::too_weak, "too_weak"},
}};

bool is_plain(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

void append_part(std::string& id, std::string_view part) {
    constexpr std::string_view kHex = "0123456789abcdef";
    if (!id.empty())
        id += '.';
    for (const char c : part) {
        if (is_plain(c)) {
            id += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        id += '~';
        id += kHex[byte >> 4U];
        id += kHex[byte & 0xFU];
    }
}

} // namespace

std::string_view to_string(Verdict verdict) noexcept {
    for (const auto& [value, name] : kVerdicts)
        if (value == verdict)
            return name;
    return "unknown";
}

std::optional<Verdict> verdict_from(std::string_view name) noexcept {
    for (const auto& [value, known] : kVerdicts)
        if (known == name)
            return value;
    return std::nullopt;
}

bool is_published(Verdict verdict) noexcept {
    switch (verdict) { // no default: a new verdict must be decided here
    case Verdict::published:
    case Verdict::no_plate_found:
    case Verdict::plate_too_small:
    case Verdict::plate_unreadable:
    case Verdict::plate_too_short: return true;
    case Verdict::duplicate:
    case Verdict::too_brief:
    case Verdict::too_weak: return false;
    }
    return false;
}

// NOLINTNEXTLINE(readability-function-size): the six parts of an id, in the order they are written
EventId make_event_id(std::string_view site, const CameraId& camera, std::string_view boot,
                      TrackId track, std::string_view kind, std::uint32_t ordinal) {
    std::string id;
    append_part(id, site);
    append_part(id, camera.value());
    append_part(id, boot);
    append_part(id, std::to_string(track.value()));
    append_part(id, kind);
    append_part(id, std::to_string(ordinal));
    return EventId{std::move(id)};
}

} // namespace vedette::domain
