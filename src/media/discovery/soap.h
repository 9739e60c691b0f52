#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "discovery/xml_tree.h"
#include "vedette/base/clock.h"
#include "vedette/base/secret.h"

namespace vedette::media {

/// Who asks, as WS-Security UsernameToken Profile 1.0 wants it: the password only shows as the
/// digest of itself, a number used once, and the time.
struct SoapLogin {
    std::string user;
    Secret<std::string> password;
    std::string nonce;   ///< bytes that nobody can guess; 16 are usual
    std::string created; ///< "2026-11-21T08:00:00Z", by the camera's clock
};

/// A question as SOAP 1.2. \param body  elements, namespaces included
[[nodiscard]] std::string soap_envelope(std::string_view body,
                                        const std::optional<SoapLogin>& login);

/// base64(SHA-1(nonce + created + password)).
[[nodiscard]] std::string password_digest(const SoapLogin& login);

/// What an answer says instead of answering, for people; nothing if it is no fault.
/// \param envelope  the root element
[[nodiscard]] std::optional<std::string> soap_fault(const XmlNode& envelope);

/// Whether a fault is about who asks.
[[nodiscard]] bool is_login_fault(const XmlNode& envelope);

} // namespace vedette::media
