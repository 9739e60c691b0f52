#pragma once

#include <vector>

#include "detect/output_decoder.h"
#include "detect/output_shapes.h"

namespace vedette::vision {

/// FastestDet: one coarse map, channel by channel: objectness, centre (tanh, in cells from the
/// cell's corner), size (sigmoid, share of the picture), one probability per class. Score =
/// objectness^0.6 * class^0.4, as its author weighs them. The map's size is told from the shape.
class FastestdetDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    FastestdetDecoder(const infer::InputSpec& input, std::size_t columns, std::size_t rows,
                      std::size_t classes);

    float width_px_;
    float height_px_;
    std::size_t columns_;
    std::size_t rows_;
    std::size_t classes_;
    std::vector<std::size_t> sizes_;
};

} // namespace vedette::vision
