#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vedette::vision {

/// Whole picture coordinates in pixels, origin top left. Data sets count so.
struct PixelBox {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
    friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

[[nodiscard]] double iou(const PixelBox& a, const PixelBox& b) noexcept;

/// What finding a labelled box is worth.
enum class TruthRole {
    counted = 1, ///< must be found
    forgiving,   ///< not asked for; a result on it is neither right nor wrong (a reflection, a van
                 ///< among cars)
    unscored,    ///< not asked for; a result on it is wrong
    region,      ///< unlabelled area: results mostly inside it are neither right nor wrong
};

struct TruthBox {
    std::int64_t id = 0;
    PixelBox box;
    TruthRole role = TruthRole::counted;
};

struct ResultBox {
    std::int64_t id = 0;
    PixelBox box;
};

/// One picture of a labelled sequence and what a tracker said about it. An id occurs once per
/// frame.
struct ScoredFrame {
    std::vector<TruthBox> truth;
    std::vector<ResultBox> results;
};

struct TrackScoringOptions {
    double least_iou = 0.5; ///< 0..1, overlap that counts as found
    double least_height_px =
        0; ///< results that found nothing and are lower than this are not held against the tracker
};

/// Counts of one or, added up, of several sequences, and the figures made of them.
struct TrackScore {
    std::int64_t frames = 0;
    std::int64_t truth_boxes = 0;
    std::int64_t result_boxes = 0;
    std::int64_t found = 0;
    std::int64_t false_positives = 0;
    std::int64_t switches = 0;       ///< an object found under another id than the last time
    std::int64_t fragmentations = 0; ///< an object found again after it was not
    std::int64_t truth_tracks = 0;
    std::int64_t mostly_tracked = 0; ///< found in more than 80 % of its frames
    std::int64_t mostly_lost = 0;    ///< found in less than 20 %
    std::int64_t identified =
        0;              ///< boxes found under the one id that suits the whole object best (IDTP)
    double iou_sum = 0; ///< over the boxes found

    [[nodiscard]] std::int64_t missed() const noexcept { return truth_boxes - found; }
    [[nodiscard]] double
    mota() const noexcept; ///< at most 1; negative when errors outnumber objects
    [[nodiscard]] double motp() const noexcept; ///< 0..1, mean overlap of the boxes found
    [[nodiscard]] double recall() const noexcept;
    [[nodiscard]] double precision() const noexcept;
    [[nodiscard]] double idf1() const noexcept;
    [[nodiscard]] double idp() const noexcept;
    [[nodiscard]] double idr() const noexcept;

    TrackScore& operator+=(const TrackScore& other) noexcept;
};

/// How well a sequence was tracked: CLEAR MOT (Bernardin and Stiefelhagen, 2008) and identity
/// measures (Ristani et al., 2016) as MOTChallenge's and KITTI's evaluation define them: a match of
/// the frame before is kept while it overlaps enough, the rest is matched for the largest total
/// overlap.
[[nodiscard]] TrackScore score_tracks(std::span<const ScoredFrame> frames,
                                      const TrackScoringOptions& options = {});

} // namespace vedette::vision
