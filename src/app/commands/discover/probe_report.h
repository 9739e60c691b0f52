#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

#include "vedette/media/probe.h"

namespace vedette::app {

/// What was found out about one input, for people.
void print_input(const media::InputReport& report, std::ostream& out);

/// One line for each, and one for what to do about it.
void print_findings(const std::vector<media::Finding>& findings, std::ostream& out);
[[nodiscard]] nlohmann::ordered_json findings_json(const std::vector<media::Finding>& findings);

/// The same for programs; what is not known is left out.
[[nodiscard]] nlohmann::ordered_json input_json(const media::InputReport& report);

} // namespace vedette::app
