#pragma once

#include <array>
#include <vector>

#include "detect/decoder_options.h"
#include "detect/output_decoder.h"
#include "detect/output_shapes.h"
#include "detect/ssd/priors.h"

namespace vedette::vision {

/// The single-shot detector's two outputs: four numbers per box and one score per class and box,
/// both 0..1 of the input. Form: Liu et al., "SSD: Single Shot MultiBox Detector", ECCV 2016.
///
/// decoder_options: boxes, scores = names of the outputs; box_form = offsets (from priors, scaled
/// by `variances`) | corners (left top right bottom); background = the column that is no object
/// (-1: none). The priors are those of extra_files.priors (text, one "cx cy w h" in 0..1 per line),
/// or squares on grids: prior_sides = "10 16 24; 32 48; …", input pixels, one list for each of
/// `strides`.
class SsdDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    SsdDecoder() = default;
    Status place_outputs(const DecoderOptions& options,
                         const std::vector<infer::TensorSpec>& outputs);
    [[nodiscard]] Candidate box_at(std::size_t index, const float* values) const noexcept;

    float width_px_ = 0;
    float height_px_ = 0;
    std::vector<Prior> priors_; ///< empty: boxes are corners
    std::array<float, 4> variances_{};
    std::size_t boxes_output_ = 0;
    std::size_t scores_output_ = 1;
    std::size_t boxes_ = 0;
    std::size_t classes_ = 0;
    int background_ = -1;
    std::vector<std::size_t> sizes_;
};

} // namespace vedette::vision
