#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/net/patience.h"
#include "vedette/net/stream.h"

namespace vedette::media {

/// The same for libavformat's own TLS; nothing for a scheme without.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
tls_settings(const std::string& location, const net::TlsOptions& tls);

/// libavformat does not say what it has against a certificate. \return what a second look finds, or
/// `otherwise` if TLS is not the reason
[[nodiscard]] Error with_tls_reason(Error otherwise, const std::string& location,
                                    const net::TlsOptions& tls, const net::Patience& patience);

} // namespace vedette::media
