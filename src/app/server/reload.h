#pragma once

#include <string>
#include <vector>

#include "app/server/server_settings.h"

namespace vedette::app {

/// What differs between the configuration that runs and one that was read again, a line each for
/// people: cameras first, then what only counts from the next start.
[[nodiscard]] std::vector<std::string> changes_between(const ServerSettings& running,
                                                       const ServerSettings& fresh);
/// What of it counts at once.
void take_over(ServerSettings& running, const ServerSettings& fresh);

} // namespace vedette::app
