#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/commands/eval_faces/evaluation.h"

namespace vedette::app {

/// How well persons are told apart.
struct PersonsReport {
    std::string folder;
    std::vector<std::string> models; ///< "face yunet-n-640@1"
    std::size_t persons = 0;
    vision::FaceScoringOptions options;
    vision::VerificationScore verification;
    std::vector<vision::IdentificationScore> identification;
    PersonsEvaluation evaluation;
};

void write_json(const PersonsReport& report, std::ostream& to);
/// A table for people.
void write_table(const PersonsReport& report, std::ostream& to);

/// How well faces are found.
struct CountedReport {
    std::string folder;
    std::string model;
    double score = 0; ///< from which a face counts
    CountedEvaluation evaluation;
};

void write_json(const CountedReport& report, std::ostream& to);
void write_table(const CountedReport& report, std::ostream& to);

} // namespace vedette::app
