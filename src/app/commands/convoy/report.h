#pragma once

#include <ostream>

#include "vedette/analysis/convoy.h"

namespace vedette::app {

/// A report for people: a table of the companions, and why the first `explained` of them stand
/// where they do.
void write_convoy(const analysis::ConvoyReport& report, std::size_t explained, std::ostream& out);

} // namespace vedette::app
