#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/vision/eval/reliability.h"
#include "vedette/vision/eval/track_metrics.h"
#include "vedette/vision/sign_confusion.h"

namespace vedette::vision {

/// So many of so many, with what is known about the true share.
struct Share {
    long hits = 0;
    long total = 0;
    [[nodiscard]] double value() const noexcept {
        return total == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(total);
    }
    friend bool operator==(const Share&, const Share&) = default;
};

struct Interval {
    double low = 0;
    double high = 0;
};

/// The 95 % interval of a share. Wilson, "Probable inference, the law of succession, and
/// statistical inference", 1927. \return 0..1 if nothing was counted
[[nodiscard]] Interval wilson95(const Share& share) noexcept;

/// A plate as a person labelled it.
struct PlateTruth {
    std::optional<PixelBox> box; ///< nothing: the whole picture is one plate
    std::string text;            ///< normalized; empty: only the place is known
    std::string pass = {};       ///< pictures with one name show one pass of one plate; empty: none
};

/// A labelled picture.
struct PlatePicture {
    std::filesystem::path file;
    std::vector<PlateTruth> plates;
};

/// Reads a labelled folder: `labels.tsv` with a header that has `file` and any of `x y w h text
/// pass` (pixels), or pictures that are named as CCPD names them (box and text in the name).
/// Pictures in the order of the labels, several lines of one picture joined. \return not_found if
/// neither is there; invalid_argument with file and line for a broken label.
[[nodiscard]] Result<std::vector<PlatePicture>>
load_plate_pictures(const std::filesystem::path& folder);

/// A plate as the program read it.
struct PlateAnswer {
    PixelBox box;
    std::string observed; ///< normalized
    std::string resolved;
    double confidence = 0;          ///< 0..1, that `observed` is right
    double resolved_confidence = 0; ///< 0..1, that `resolved` is right
    /// 0..1, of each sign of `observed`; empty where the reader doesn't tell.
    std::vector<float> sign_confidence = {};
};

struct PlateScoreOptions {
    double detection_iou =
        0.5; ///< a found box with at least so much overlap with the label has found it
    double least_overlap =
        0.3; ///< a read belongs to a label if so much of the smaller box lies in the other
    double false_read_gate = 0.5; ///< only reads at least so confident count as false
};

/// Whether a read at `box` is one of this label; without a box every read is.
[[nodiscard]] bool lies_on(const PlateTruth& truth, const PixelBox& box,
                           const PlateScoreOptions& options) noexcept;

/// How often a text is right.
struct TextScore {
    Share exact;        ///< letter by letter
    Share exact_folded; ///< with O = 0 and I = 1
    long edits =
        0; ///< of the most confident read of each label; a label without a read costs its length
    long characters = 0;
    Reliability reliability; ///< of the most confident read of each label; right: O = 0 and I = 1
    [[nodiscard]] double character_error_rate() const noexcept {
        return characters == 0 ? 0 : static_cast<double>(edits) / static_cast<double>(characters);
    }
};

/// Which signs were read as which, over the most confident read of each label.
struct SignScore {
    /// From so sure on a misread is one that the reader doesn't expect itself.
    static constexpr float kSure = 0.9F;

    SignCounts counts;
    /// Of these the signs that were read with a confidence of kSure or more, without those lost:
    /// what resolving and fusion can use, as a reader's doubts are in what it says already.
    SignCounts sure;
    Reliability reliability; ///< of each sign that was read; right: O = 0 and I = 1
    long reads = 0;
    /// Reads that share fewer than half of their signs with the label are left out: they are of
    /// something else than the plate, so that their signs say nothing about it.
    long left_out = 0;
};

/// What became of one label; for comparing two readers label by label.
struct LabelOutcome {
    std::optional<bool> found; ///< nothing: the label has no box
    std::optional<bool>
        read; ///< the resolved text is right, letter by letter; nothing: it has none
    friend bool operator==(const LabelOutcome&, const LabelOutcome&) = default;
};

/// Whether nothing was made up in a picture.
struct PictureOutcome {
    bool nothing_else_found = true; ///< every box that was found touches a label
    bool nothing_else_read = true;  ///< it has none of PlateScore::false_reads
    friend bool operator==(const PictureOutcome&, const PictureOutcome&) = default;
};

struct PlateScore {
    long pictures = 0;
    Share detected; ///< of labels with a box
    TextScore observed;
    TextScore resolved;
    SignScore signs;                      ///< of the text as observed
    long false_reads = 0;                 ///< confident reads where no label is
    std::vector<LabelOutcome> labels;     ///< in the order of the pictures and their labels
    std::vector<PictureOutcome> outcomes; ///< in the order of the pictures
    [[nodiscard]] double false_reads_per_picture() const noexcept {
        return pictures == 0 ? 0 : static_cast<double>(false_reads) / static_cast<double>(pictures);
    }
};

/// Adds up pictures. A label counts as read exactly if any read on it has exactly its text.
class PlateTally {
public:
    explicit PlateTally(const PlateScoreOptions& options) : options_{options} {}

    /// \param found    every box that the detector saw
    /// \param answers  most confident first
    void add(const PlatePicture& truth, std::span<const PixelBox> found,
             std::span<const PlateAnswer> answers);
    [[nodiscard]] const PlateScore& score() const noexcept { return score_; }

private:
    PlateScoreOptions options_;
    PlateScore score_;
};

} // namespace vedette::vision
