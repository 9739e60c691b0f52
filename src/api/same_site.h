#pragma once

#include <span>
#include <string>
#include <string_view>

#include "message.h"

namespace vedette::api {

/// Whether a browser may have been sent here by a stranger's page.
///
/// A page of an attacker can let its own name point at this machine (DNS rebinding) and then reads
/// what we answer; such a request carries the attacker's name in Host. A page can also just send a
/// request from elsewhere; then Origin or Sec-Fetch-Site tell.

/// An IP address, localhost, a name below it, or one of `names`; with or without a port.
[[nodiscard]] bool is_our_host(std::string_view host, std::span<const std::string> names);

/// No Origin at all (not a browser), or the one that the page of this server has.
[[nodiscard]] bool is_same_origin(const RawRequest& request);

} // namespace vedette::api
