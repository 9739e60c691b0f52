#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/config/secrets.h"

namespace vedette::config {

/// Whether `text` has anything that resolve_references() would look up or complain about.
[[nodiscard]] bool has_reference(std::string_view text) noexcept;

/// `text` with `$${` turned into `${`, without looking anything up.
[[nodiscard]] std::string unescape(std::string_view text);

/// `text` with every `${env:NAME}` and `${file:PATH}` replaced by its value, and `$${` by `${`.
/// \return the error names the reference, never a value.
Result<std::string> resolve_references(std::string_view text, const SecretSource& source);

} // namespace vedette::config
