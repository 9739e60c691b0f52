#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/secret.h"

namespace vedette::net {

/// The parts of scheme://user:password@host:port/target (RFC 3986).
struct Url {
    std::string scheme;              ///< lower case
    std::optional<std::string> user; ///< decoded
    Secret<std::string> password;    ///< decoded; empty if there is none
    std::string host;                ///< an IPv6 address without its brackets
    std::uint16_t port = 0;          ///< 0: the scheme's own
    std::string target;              ///< path and query as written, with its slash; may be empty

    /// host, or [host] for an IPv6 address, and the port if there is one.
    [[nodiscard]] std::string authority() const;
    /// Without user and password.
    [[nodiscard]] std::string without_user() const;
};

/// "rtsp" of RTSP://…; empty for a path of a file and whatever else has none.
[[nodiscard]] std::string scheme_of(std::string_view location);

/// \return invalid_argument, which does not quote the text: there may be a password in it
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// What may stand between "://" and "@": everything else as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// What is no %XX stays as it is: many passwords are pasted as they are.
[[nodiscard]] std::string percent_decoded(std::string_view text);

} // namespace vedette::net
