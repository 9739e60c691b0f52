#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/environment.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/eval/face_metrics.h"
#include "vedette/vision/face_embedder.h"

namespace vedette::app {

/// One person's pictures.
struct PersonPictures {
    std::string name;
    std::vector<std::filesystem::path> files;
};

/// Folders with pictures, one per person, both in alphabetical order; those without pictures are
/// left out. \return not_found if there are none.
[[nodiscard]] Result<std::vector<PersonPictures>> load_persons(const std::filesystem::path& folder);

/// What an evaluation of persons needs; all borrowed.
struct FaceEvaluators {
    vision::Detector* detector =
        nullptr; ///< with five points; null: the pictures are aligned faces
    vision::FaceEmbedder& embedder;
};

struct PersonsEvaluation {
    std::vector<vision::FaceSample> samples;
    std::vector<std::string> without_face; ///< pictures
    std::vector<std::string> unreadable;   ///< one line each: pictures that could not be opened
    std::vector<double> find_ms;           ///< per picture: all looks for its face
    std::vector<double> embed_ms;          ///< per face: aligning and embedding
};

/// Embeds the face of every picture: the most certain one that the detector finds, in the picture
/// as it is or with a black margin of a quarter, half or all of its longer side around it, as a
/// detector that knows faces among other things does not know one that is cut out. A picture
/// without a face counts as a face that is like no other, and so does one that can't be opened.
/// Looks at environment.stop between pictures. \return the models' errors.
[[nodiscard]] Result<PersonsEvaluation> embed_persons(const std::vector<PersonPictures>& persons,
                                                      const FaceEvaluators& with,
                                                      const Environment& environment);

struct CountedEvaluation {
    vision::FaceCountTally tally;
    long pictures = 0;
    std::vector<std::string> unreadable; ///< as above; nothing is found in them
    std::vector<double> milliseconds;    ///< per picture, without decoding the file
};

/// Counts the faces that the detector finds in pictures of which their number is known.
/// Looks at environment.stop between pictures. \return the model's errors.
[[nodiscard]] Result<CountedEvaluation>
count_faces(const std::vector<vision::CountedFaces>& pictures, vision::Detector& detector,
            const Environment& environment);

} // namespace vedette::app
