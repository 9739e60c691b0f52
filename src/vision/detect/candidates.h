#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/imaging/transform.h"
#include "vedette/vision/detector.h"

namespace vedette::vision {

/// A box that a model speaks of, in pixels of the model's input, before anything is thrown away.
struct Candidate {
    float left = 0;
    float top = 0;
    float right = 0;
    float bottom = 0;
    float score = 0;
    int class_index = 0;
    int point_count = 0; ///< 0..5
    std::array<imaging::PixelPoint, 5> points{};
    int text_lines = 0; ///< as in Detection
};

// NOLINTNEXTLINE(readability-function-size): what each model's row holds, in its order
[[nodiscard]] constexpr Candidate candidate_around(float centre_x, float centre_y, float width,
                                                   float height, float score,
                                                   int class_index) noexcept {
    return {centre_x - width / 2,
            centre_y - height / 2,
            centre_x + width / 2,
            centre_y + height / 2,
            score,
            class_index,
            0,
            {}};
}

/// Which picture the candidates belong to: how it landed in the model's input.
struct PictureGeometry {
    int width_px = 0;
    int height_px = 0;
    imaging::Letterbox letterbox;
};

/// From all that a model said about a picture to what a Detector returns: threshold, labels,
/// non-maximum suppression, boxes in 0..1.
///
/// Thread-compatible; keeps its buffers from picture to picture. Takes any numbers, NaN and
/// infinity included.
class CandidateFilter {
public:
    static constexpr std::size_t kMaxCandidates = 3000; ///< the best ones are looked at
    static constexpr std::size_t kMaxDetections = 300;  ///< the best ones are returned

    /// \param labels  class index -> label; classes of one label count as one.
    /// \return invalid_argument for a threshold outside 0..1, or if none of the wanted labels is
    /// known.
    static Result<CandidateFilter> create(const std::vector<std::string>& labels,
                                          const DetectorOptions& options);

    /// `candidates` may be reordered and cut.
    [[nodiscard]] std::vector<domain::Detection> apply(std::vector<Candidate>& candidates,
                                                       const PictureGeometry& picture);

    [[nodiscard]] float min_score() const noexcept { return options_.min_score; }

private:
    CandidateFilter(const std::vector<std::string>& labels, DetectorOptions options);
    [[nodiscard]] bool acceptable(const Candidate& candidate) const noexcept;
    [[nodiscard]] bool overlaps_a_kept_one(const Candidate& candidate) const noexcept;

    DetectorOptions options_;
    std::vector<std::string> labels_;   ///< each once
    std::vector<std::size_t> label_of_; ///< class index -> index into labels_
    std::vector<char> wanted_;          ///< by index into labels_
    std::vector<Candidate> kept_;
};

} // namespace vedette::vision
