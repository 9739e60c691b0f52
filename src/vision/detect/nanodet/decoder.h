#pragma once

#include <vector>

#include "detect/output_decoder.h"
#include "detect/output_shapes.h"

namespace vedette::vision {

/// NanoDet: per cell one score per class, and for each side of the box a distribution over
/// distances 0..n-1 cells. Form: Li et al., "Generalized Focal Loss", arXiv 2006.04388. Scores are
/// 0..1 in the exported model.
///
/// The outputs are one pair of maps per stride (told apart by their shapes, or scores first where
/// those are equal), or one map with both in each row. decoder_options: strides; centre = half
/// (NanoDet: middle of the cell, the default) | corner (NanoDet-Plus).
class NanodetDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    /// Where the numbers of one grid are: of which output, how far apart two cells lie, where they
    /// begin.
    struct Map {
        std::size_t output = 0;
        std::size_t step = 0;
        std::size_t begin = 0;
    };
    struct Level {
        Grid grid;
        Map scores;
        Map distances;
    };
    NanodetDecoder() = default;
    Status take_pairs(const std::vector<infer::TensorSpec>& outputs,
                      const std::vector<Grid>& grids);
    Status take_joined(const infer::TensorSpec& output, const std::vector<Grid>& grids);
    void decode_level(const Level& level, Outputs outputs, float min_score,
                      std::vector<Candidate>& into) const;

    std::vector<Level> levels_;
    std::size_t classes_ = 0;
    std::size_t bins_ = 0;
    float centre_ = 0.5F;
    std::vector<std::size_t> sizes_;
};

} // namespace vedette::vision
