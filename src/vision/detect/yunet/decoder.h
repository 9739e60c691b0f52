#pragma once

#include <array>
#include <vector>

#include "detect/output_decoder.h"
#include "detect/output_shapes.h"

namespace vedette::vision {

/// YuNet: faces with five points. Four maps per stride: class, objectness, box (centre and log size
/// in cells from the cell's corner), points. Score = square root of class times objectness. Form:
/// Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", MIR 2023. Outputs are found by name
/// ("cls_8"), else taken kind by kind in the order class, objectness, box, points.
class YunetDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    enum Kind : std::size_t { kClass = 0, kObjectness, kBox, kPoints, kKinds };
    struct Level {
        Grid grid;
        std::array<std::size_t, kKinds> outputs{}; ///< kind -> index
    };
    YunetDecoder() = default;
    static void decode_level(const Level& level, Outputs outputs, float min_score,
                             std::vector<Candidate>& into);

    std::vector<Level> levels_;
    std::vector<std::size_t> sizes_;
};

} // namespace vedette::vision
