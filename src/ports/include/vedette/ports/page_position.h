#pragma once

#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

namespace vedette::ports {

/// A place in the one order in which events are listed: newest first, and of equally new ones the
/// greater id first. Events that come or go elsewhere do not move it, which is why pages hang on it
/// and not on a count.
struct PagePosition {
    WallTime first_seen;
    domain::EventId id;
    friend bool operator==(const PagePosition&, const PagePosition&) = default;
};

/// Whether `a` is listed before `b`.
[[nodiscard]] bool is_listed_before(const PagePosition& a, const PagePosition& b) noexcept;

/// The position as text for a URL: base64url (RFC 4648, 5) of form, time, id and a checksum. To
/// its users it has no meaning.
[[nodiscard]] std::string to_cursor(const PagePosition& position);

/// \return invalid_argument for anything that to_cursor() did not give.
[[nodiscard]] Result<PagePosition> from_cursor(std::string_view cursor);

} // namespace vedette::ports
