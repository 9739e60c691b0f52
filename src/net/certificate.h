#pragma once

#include <openssl/x509.h>
#include <string>

#include "vedette/base/result.h"

namespace vedette::net {

/// Why a certificate is not believed, in words, and what to do about it.
/// \param peer      what the other side showed; may be null
/// \param verdict   X509_V_ERR_…
/// \param expected  the name that it should have been for
/// \param own_authority  whether a file of authorities was given
[[nodiscard]] Error certificate_error(X509* peer, long verdict, const std::string& expected,
                                      bool own_authority);

/// SHA-256 of a certificate as people compare it: AB:CD:…
[[nodiscard]] std::string fingerprint_of(const X509& certificate);

} // namespace vedette::net
