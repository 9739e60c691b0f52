#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/commands/eval_plates/passes.h"
#include "app/environment.h"
#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/plate_finder.h"
#include "vedette/vision/plate_grammar.h"
#include "vedette/vision/plate_reader.h"

namespace vedette::app {

class FailureGallery;

/// What an evaluation needs; all borrowed. Which of the two is used depends on the picture's label.
struct PlateEvaluators {
    vision::PlateFinder& finder; ///< for pictures whose plates have a box
    vision::PlateReader& reader; ///< for crops: the whole picture is one plate
    const vision::PlateGrammars& grammars;
    std::vector<std::string> regions;
    FailureGallery* gallery = nullptr; ///< what went wrong goes there, if anywhere
};

struct PlateEvaluation {
    vision::PlateScore score;
    PassScore passes;
    std::vector<double> milliseconds;    ///< per picture, without decoding the file, in their order
    std::vector<std::string> unreadable; ///< one line each: pictures that could not be opened
};

/// Reads every picture and scores it. A picture that can't be opened counts as one without answers.
/// Looks at environment.stop between pictures. \return the models' errors.
[[nodiscard]] Result<PlateEvaluation>
evaluate_plates(const std::vector<vision::PlatePicture>& pictures, const PlateEvaluators& with,
                const vision::PlateScoreOptions& options, const Environment& environment);

} // namespace vedette::app
