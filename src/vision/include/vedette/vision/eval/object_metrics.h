#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/vision/eval/track_metrics.h"

namespace vedette::vision {

/// A thing with its label: as a person says, or as a detector does.
struct LabelledBox {
    PixelBox box;
    std::string label; ///< "car", "person", …
};

/// A labelled picture; without a thing, one in which there is none.
struct ObjectPicture {
    std::filesystem::path file;
    std::vector<LabelledBox> things;
};

/// Reads `labels.tsv` of a folder: a header with `file x y w h label` (pixels), a line for each
/// thing, one without a box and a label for a picture without any. Pictures in the order of the
/// labels. \return not_found if there is no labels.tsv; invalid_argument with file and line.
[[nodiscard]] Result<std::vector<ObjectPicture>>
load_object_pictures(const std::filesystem::path& folder);

/// How well things are found in single pictures, label by label and picture by picture.
class ObjectTally {
public:
    /// \param least_iou  0..1, overlap with which a thing of the same label is found
    explicit ObjectTally(double least_iou = 0.5) : least_iou_{least_iou} {}

    /// Each box, the surest first, takes of the things that are left the one that it overlaps most.
    /// \param found  surest first
    void add(const ObjectPicture& truth, std::span<const LabelledBox> found);

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
