#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message.h"
#include "vedette/base/result.h"

namespace vedette::api {

/// What a request asks for, taken apart (RFC 9112, 3.2; RFC 3986).
struct Target {
    std::string path; ///< as it came, without the query
    /// Decoded one by one, so that an encoded slash does not end one: "/a/b%2Fc" is "a", "b/c".
    std::vector<std::string> segments; ///< "/" is one empty segment
    std::vector<QueryParameter> query;
};

/// Takes the origin form and the absolute form.
/// \return invalid_argument: not a path, broken percent-encoding, a control character, bytes that
/// are no UTF-8, more parameters than anybody needs.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

/// What is not unreserved (RFC 3986, 2.3) as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

} // namespace vedette::api
