#pragma once

#include <ostream>
#include <vector>

#include "vedette/analysis/following.h"

namespace vedette::app {

/// What was asked about one subject and what was found.
struct SubjectReport {
    std::string subject;
    bool is_plate = true; ///< else the name of a person, or of a car with cameras
    bool read = false;    ///< one of its plates is among the passes, or its cameras read something
    std::size_t candidates = 0;
    std::vector<analysis::Finding> findings; ///< the likeliest first
};

/// A line per candidate with the parts of its score, for people.
void write_findings(const std::vector<SubjectReport>& reports, std::ostream& out);

/// {"model": ..., "subjects": [{"subject", "plate" if it is one, "candidates": [...]}]}: see
/// docs/reference/following-figures.md.
void write_findings_json(const std::vector<SubjectReport>& reports, std::ostream& out);

} // namespace vedette::app
