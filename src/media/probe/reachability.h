#pragma once

#include <string>
#include <vector>

#include "vedette/media/probe.h"

namespace vedette::media {

/// Why an address could not be opened: name, way, port, TLS, and what the server answers are tried
/// one after the other, without user or password.
/// \param error  what opening it said
/// \return at least one problem
[[nodiscard]] std::vector<Finding> explain_failure(const std::string& location, const Error& error,
                                                   const SourceOptions& options,
                                                   const Clock& clock);

} // namespace vedette::media
