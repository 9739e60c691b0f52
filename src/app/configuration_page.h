#pragma once

#include <string>

namespace vedette::app {

/// docs/reference/configuration.md: every key with its values, default and meaning.
[[nodiscard]] std::string configuration_page();

/// The same for editors and other programs, as JSON Schema.
[[nodiscard]] std::string configuration_json_schema();

} // namespace vedette::app
