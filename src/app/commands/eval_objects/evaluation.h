#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/environment.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/eval/detection_metrics.h"

namespace vedette::app {

inline constexpr double kTeacherScore = 0.6;  ///< what a teacher says as surely must be found
inline constexpr double kDoubtfulScore = 0.2; ///< less sure, but so much: ignored

/// Whose answers are taken for true where nobody labelled the pictures. Borrowed.
struct Teacher {
    vision::Detector& detector;
    double score = kTeacherScore; ///< 0..1
    double doubtful = kDoubtfulScore;
};

struct ObjectEvaluation {
    std::vector<std::filesystem::path> files;
    std::vector<vision::JudgedPicture> pictures; ///< as many, in the same order
    std::vector<double> milliseconds;    ///< per picture, without decoding the file, in their order
    std::vector<std::string> unreadable; ///< one line each: pictures that could not be opened
};

/// Looks at every picture; the first once before, so that no time contains what is done only once.
/// A picture that can't be opened counts as one in which nothing was found. Boxes are in pixels of
/// the upright picture. Looks at environment.stop between pictures. \return the model's errors.
[[nodiscard]] Result<ObjectEvaluation>
look_at_labelled(const std::vector<vision::LabelledPicture>& pictures, vision::Detector& detector,
                 const Environment& environment);

/// The same without labels: what the teacher sees is the truth. A picture that can't be opened is
/// left out.
[[nodiscard]] Result<ObjectEvaluation>
look_with_teacher(const std::vector<std::filesystem::path>& pictures, vision::Detector& detector,
                  const Teacher& teacher, const Environment& environment);

} // namespace vedette::app
