#pragma once

#include <vector>

#include "detect/output_decoder.h"
#include "detect/output_shapes.h"

namespace vedette::vision {

/// YOLOX: one row per cell, finest grid first: centre and log size in cells, objectness, one score
/// per class. Form: Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv 2107.08430. Scores are
/// 0..1 in the exported model.
class YoloxDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    YoloxDecoder(std::vector<Grid> grids, std::size_t classes);

    std::vector<Grid> grids_;
    std::size_t classes_;
    std::vector<std::size_t> sizes_;
};

} // namespace vedette::vision
