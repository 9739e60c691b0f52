#pragma once

#include <vector>

#include "detect/output_decoder.h"
#include "detect/output_shapes.h"

namespace vedette::vision {

/// Plates with their corners, in the form of a YOLOv5 face detector with four points: rows of
/// centre, size, objectness, the corners from top left clockwise as the text is read, one score per
/// class, all in input pixels and 0..1. The points become Detection::points in NormQuad's order.
///
/// decoder_options: strides; lines = for each class how many lines of text its plates have (0:
/// unknown, the default), which becomes Detection::text_lines.
class PlateCornersDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    PlateCornersDecoder(std::size_t boxes, std::vector<int> text_lines);

    std::size_t boxes_;
    std::vector<int> text_lines_; ///< by class
    std::vector<std::size_t> sizes_;
};

} // namespace vedette::vision
