#include <algorithm>
#include <string>

#include "vedette/ports/camera_directory.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/object_store.h"

namespace vedette::ports {
namespace {

constexpr std::size_t kLongestKind_bytes = 64;
constexpr std::size_t kLongestId_bytes = 512;
constexpr std::size_t kLargestPayload_bytes = 1 << 20;
constexpr std::size_t kLongestKey_bytes = 512;
constexpr std::size_t kLongestPlate_bytes = 64;
constexpr std::size_t kMostWildcards = 8;
constexpr std::size_t kLargestPage = 500;
constexpr int kMostEdits = 2;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_kind(std::string_view kind) {
    return !kind.empty() && kind.size() <= kLongestKind_bytes &&
           std::all_of(kind.begin(), kind.end(),
                       [](char c) { return is_lower_or_digit(c) || c == '_' || c == '.'; });
}

bool is_key_part(std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           std::all_of(part.begin(), part.end(), [](char c) {
               return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
                      c == '~' || c == '-';
           });
}

Error wrong(std::string_view what) { return {ErrorCode::invalid_argument, std::string{what}}; }

} // namespace

Status check_envelope(const Envelope& event) {
    if (event.id.value().empty() || event.id.value().size() > kLongestId_bytes)
        return wrong("event: the id must have 1..512 bytes");
    if (!is_kind(event.kind))
        return wrong("event " + event.id.value() + ": the kind '" + event.kind +
                     "' is not 1..64 of a-z, 0-9, '_' and '.'");
    if (event.camera.value().size() > kLongestId_bytes)
        return wrong("event " + event.id.value() + ": the camera's name has more than 512 bytes");
    if (event.payload.size() > kLargestPayload_bytes)
        return wrong("event " + event.id.value() + ": the payload has " +
                     std::to_string(event.payload.size()) + " bytes, at most 1 MiB fits");
    return {};
}

Status check_query(const EventQuery& query) {
    if (query.limit < 1 || query.limit > kLargestPage)
        return wrong("limit must be 1..500, is " + std::to_string(query.limit));
    if (query.max_edits < 0 || query.max_edits > kMostEdits)
        return wrong("max_edits must be 0..2, is " + std::to_string(query.max_edits));
    if (!(query.min_confidence >= 0 && query.min_confidence <= 1))
        return wrong("min_confidence must be 0..1");
    if (query.from && query.to && *query.from >= *query.to)
        return wrong("from must be before to");
    if (!query.plate)
        return {};
    if (query.plate->size() > kLongestPlate_bytes)
        return wrong("plate must have at most 64 bytes");
    if (query.match == PlateMatch::wildcard &&
        std::count(query.plate->begin(), query.plate->end(), '*') >
            static_cast<std::ptrdiff_t>(kMostWildcards))
        return wrong("plate may have at most 8 '*'");
    return {};
}

Status check_key(std::string_view key) {
    bool good = !key.empty() && key.size() <= kLongestKey_bytes;
    for (std::string_view rest = key; good && !rest.empty();) {
        const std::size_t slash = rest.find('/');
        good = is_key_part(rest.substr(0, slash)) && slash + 1 != rest.size();
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    }
    if (good)
        return {};
    return wrong("'" + std::string{key.substr(0, kLongestKey_bytes)} +
                 "' is no key: parts of letters, digits, '.', '_', '~' and '-' joined by '/', none "
                 "of them '.' or '..', 512 bytes at most");
}

std::string_view to_string(CameraTamper::State state) noexcept {
    switch (state) {
    case CameraTamper::State::off: return "off";
    case CameraTamper::State::learning: return "learning";
    case CameraTamper::State::ok: return "ok";
    case CameraTamper::State::tampered: return "tampered";
    }
    return "";
}

std::string_view to_string(CameraState state) noexcept {
    switch (state) {
    case CameraState::starting: return "starting";
    case CameraState::online: return "online";
    case CameraState::offline: return "offline";
    case CameraState::ended: return "ended";
    case CameraState::disabled: return "disabled";
    }
    return "unknown";
}

} // namespace vedette::ports
