#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/commands/eval_plates/evaluation.h"

namespace vedette::app {

/// What was measured with what.
struct EvaluationReport {
    std::string folder;
    std::vector<std::string> models; ///< "plate hyperlpr-y5fu-320@1"
    vision::PlateScoreOptions options;
    PlateEvaluation evaluation;
};

void write_json(const EvaluationReport& report, std::ostream& to);
/// A table for people.
void write_table(const EvaluationReport& report, std::ostream& to);

} // namespace vedette::app
