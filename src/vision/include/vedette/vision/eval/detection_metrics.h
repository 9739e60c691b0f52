#pragma once

#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/eval/track_metrics.h"

namespace vedette::vision {

/// A box as a person, or a model taken for one, labelled it.
struct LabelledBox {
    PixelBox box;
    std::string label; ///< empty only if ignored: then it is about every label
    /// Not asked for, and what is found with at least half of its area inside is neither right nor
    /// wrong: a crowd, a doubtful one, a part of the picture that nobody labelled.
    bool ignored = false;
    friend bool operator==(const LabelledBox&, const LabelledBox&) = default;
};

struct LabelledPicture {
    std::filesystem::path file;
    std::vector<LabelledBox> boxes;
};

/// Reads a table `file x y w h label [role]` (tab separated, header, pixels). Several rows of one
/// picture are joined, pictures come in the order of their first row. Role `ignore` makes a box
/// ignored. A row without box and label says that the picture shows nothing; one with a label alone
/// that it shows such a thing somewhere: then that label is ignored in all of it.
/// \return not_found; invalid_argument with file and line.
[[nodiscard]] Result<std::vector<LabelledPicture>>
load_labelled_pictures(const std::filesystem::path& table);

/// Reads a table of parts of pictures that are not to be judged: the same form, every box ignored,
/// a row without a label about every label. \return as load_labelled_pictures()
[[nodiscard]] Result<std::vector<LabelledPicture>>
load_ignored_parts(const std::filesystem::path& table);

/// Whether a box that was found as `label` lies in one that is ignored for it.
[[nodiscard]] bool lies_in_ignored(std::span<const LabelledBox> truth, const PixelBox& found,
                                   std::string_view label) noexcept;

/// A box as a model found it.
struct FoundBox {
    PixelBox box;
    std::string label;
    double score = 0; ///< 0..1
    friend bool operator==(const FoundBox&, const FoundBox&) = default;
};

/// One picture: what is in it, and what was found, both in its pixels and in any order.
struct JudgedPicture {
    std::vector<LabelledBox> truth;
    std::vector<FoundBox> found;
};

/// Things of one size: `from` <= area or height < `to`.
struct SizeBin {
    enum class Of { area = 1, height };
    std::string name;
    Of of = Of::area;
    double from = 0; ///< pixels, or square pixels
    double to = std::numeric_limits<double>::infinity();
    [[nodiscard]] bool contains(const PixelBox& box) const noexcept;
};

/// COCO's: small to 32x32, medium to 96x96, large; by the box's area in the picture as it is (COCO
/// takes the area of the outline, which is smaller).
[[nodiscard]] std::vector<SizeBin> coco_sizes();
/// By height: below the first edge, between each two, from the last on. \pre ascending, > 0
[[nodiscard]] std::vector<SizeBin> height_bins(std::span<const double> edges_px);

struct DetectionScoringOptions {
    double least_iou = 0.5;       ///< 0..1; a found box with so much overlap has found the label
    double operating_score = 0.5; ///< 0..1; recall and precision count what scores as much
    /// Not everything in the pictures is labelled: what matches no label is not held against the
    /// model, so there is neither precision nor average precision.
    bool partial = false;
};

/// How well the things of one label and one size are found.
struct DetectionScore {
    long labels = 0;                         ///< that had to be found
    std::optional<double> average_precision; ///< 0..1; nothing without labels, or if partial
    Share recall;                            ///< at the operating score
    Share precision;                         ///< at the operating score; 0 of 0 if partial
    double iou_sum = 0;                      ///< over what is right at the operating score
    [[nodiscard]] double mean_iou() const noexcept {
        return recall.hits == 0 ? 0 : iou_sum / static_cast<double>(recall.hits);
    }
};

/// Scores one label, and of it the things of one size.
///
/// Found boxes take labels best score first, each the one with the most overlap that is still free;
/// one that overlaps nothing free is wrong. What is of another size is neither asked for nor held
/// against the model, whether it is labelled or only found. That is COCO's way (Lin et al.,
/// "Microsoft COCO: Common Objects in Context", 2014, and its evaluation's rules). Average
/// precision is the area under the curve of precision over recall, made falling first, at all its
/// points, as PASCAL VOC has it since 2010 (Everingham et al., "The PASCAL Visual Object Classes
/// Challenge: A Retrospective", 2015); COCO samples 101 points of the same curve. Boxes of equal
/// score count as one point, so that no order matters.
[[nodiscard]] DetectionScore score_detections(std::span<const JudgedPicture> pictures,
                                              const std::string& label,
                                              const DetectionScoringOptions& options,
                                              const SizeBin& size = {});

/// What came of a found box.
enum class Verdict {
    right = 1,
    wrong,
    left_out, ///< below the operating score, ignored, of a label that is not judged, or partial
};

struct PictureVerdicts {
    std::vector<Verdict> found;         ///< as in the picture
    std::vector<LabelledBox> missed;    ///< of the labels that are judged
    std::vector<double> missed_chances; ///< best score of what overlaps a missed one; 0 without
};

/// The picture at the operating score, as score_detections() sees it.
/// \param labels those that are judged
[[nodiscard]] PictureVerdicts judge_picture(const JudgedPicture& picture,
                                            std::span<const std::string> labels,
                                            const DetectionScoringOptions& options);

} // namespace vedette::vision
