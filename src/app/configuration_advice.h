#pragma once

#include <string>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/config/node.h"
#include "vedette/config/problems.h"

namespace vedette::app {

/// What is no mistake in a configuration that check_configuration() passed, but does something else
/// than one may think: for `config check` and the log. Each has file, line and key.
void advise(const config::Node& root, config::Problems& advice);
/// Says it in the log.
void tell(const std::vector<std::string>& advice, Log& log);

} // namespace vedette::app
