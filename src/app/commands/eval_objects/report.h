#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "app/commands/eval_objects/evaluation.h"

namespace vedette::app {

/// What was measured with what.
struct ObjectReport {
    std::string folder;
    std::string model;   ///< "object yolox-nano@1"
    std::string teacher; ///< the same, where its answers are the labels; else empty
    double teacher_score = 0;
    std::map<std::string, std::string> renamed; ///< label -> what it was taken for
    vision::DetectionScoringOptions options;
    std::vector<vision::SizeBin> sizes;
    std::vector<std::string> judged;     ///< labels that are scored, in alphabetical order
    std::map<std::string, long> unknown; ///< labels of the folder that the model cannot say: boxes
    std::map<std::string, long> unasked; ///< labels of the model that the folder lacks: boxes said
    ObjectEvaluation evaluation;
};

/// Sorts the labels that occur into judged, unknown and unasked.
/// \param known what the model can say
void sort_labels(ObjectReport& report, const std::vector<std::string>& known);

/// One label's scores.
struct LabelScore {
    std::string label;
    vision::DetectionScore all;
    std::vector<vision::DetectionScore> by_size; ///< as ObjectReport::sizes
};

/// One per judged label. \pre sort_labels()
[[nodiscard]] std::vector<LabelScore> scores_of(const ObjectReport& report);

void write_json(const ObjectReport& report, std::ostream& to);
/// A table for people.
void write_table(const ObjectReport& report, std::ostream& to);

} // namespace vedette::app
