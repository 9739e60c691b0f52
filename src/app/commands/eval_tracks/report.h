#pragma once

#include <ostream>
#include <vector>

#include "vedette/vision/eval/track_eval.h"

namespace vedette::app {

/// One line per sequence and one for all together, for people.
void write_table(const std::vector<vision::SequenceResult>& results, std::ostream& out);

/// {"sequences": [...], "total": {...}}: shares as 0..1, counts as they are.
void write_json(const std::vector<vision::SequenceResult>& results, std::ostream& out);

} // namespace vedette::app
