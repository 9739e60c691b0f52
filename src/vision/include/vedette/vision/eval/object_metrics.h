#pragma once

#include <span>
#include <vector>

#include "vedette/vision/eval/detection_metrics.h"

namespace vedette::vision {

/// What became of each labelled thing and of each picture; for comparing two detectors label by
/// label.
class ObjectTally {
public:
    /// \param least_iou  0..1, overlap with which a thing of the same label is found
    explicit ObjectTally(double least_iou = 0.5) : least_iou_{least_iou} {}

    /// Each box takes of the things that are left the one that it overlaps most. Boxes that are
    /// ignored are not asked for, and what lies in one is nothing else.
    /// \param found  surest first
    void add(const LabelledPicture& truth, std::span<const FoundBox> found);

    /// Whether each thing was found, in the order of the pictures.
    [[nodiscard]] const std::vector<bool>& things() const noexcept { return things_; }
    /// Whether nothing else was found in a picture.
    [[nodiscard]] const std::vector<bool>& nothing_else() const noexcept { return nothing_else_; }

private:
    double least_iou_;
    std::vector<bool> things_;
    std::vector<bool> nothing_else_;
};

} // namespace vedette::vision
