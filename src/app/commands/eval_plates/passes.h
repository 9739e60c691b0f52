#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/plate_fusion.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::app {

struct PictureAnswers;

/// What the pictures of one pass come to. All shares are of the labelled passes, letter by letter,
/// as resolved; a pass without a read is wrong in each.
struct PassScore {
    vision::Share fused;  ///< the reads of all pictures as one
    vision::Share surest; ///< the most confident read alone
    vision::Share any;    ///< whether a single read was right, if somebody knew which
};

/// Fuses the reads of labelled passes (vision::PlateTruth::pass) as the program fuses those of a
/// track, and compares with single reads. From each picture the most confident read on the label
/// counts.
class PassTally {
public:
    /// \param grammars  borrowed
    PassTally(const vision::PlateGrammars& grammars, std::vector<std::string> regions)
        : grammars_{grammars}, regions_{std::move(regions)} {}

    void add(const vision::PlatePicture& truth, const PictureAnswers& said,
             const vision::PlateScoreOptions& options);
    [[nodiscard]] PassScore score() const;

private:
    struct Pass {
        std::string text;
        vision::PlateFusion fusion;
        double surest = -1; ///< confidence; below 0: nothing was read yet
        bool surest_is_right = false;
        bool any_is_right = false;
    };
    Pass& pass_of(const vision::PlateTruth& label);

    const vision::PlateGrammars& grammars_;
    const std::vector<std::string> regions_;
    std::map<std::string, Pass> passes_;
};

} // namespace vedette::app
