#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vedette::crypto {

/// Base64 with its padding (RFC 4648, section 4). Thread-safe, as is everything in this header.
[[nodiscard]] std::string base64(std::string_view bytes);

/// SHA-1 (FIPS 180-4) as 20 bytes, for protocols of others that ask for it, such as ONVIF's log-in.
/// Nothing of ours is to rely on it: collisions can be made.
[[nodiscard]] std::string sha1_for_old_protocols(std::string_view bytes);

} // namespace vedette::crypto
