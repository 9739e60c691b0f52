#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "vedette/domain/plate.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {

struct PlateFusionOptions {
    std::size_t max_reads = 25; ///< the best ones are kept; memory per track is bounded by this
    std::vector<std::string> regions; ///< grammars tried; empty: all
};

/// All reads of one vehicle's plate, fused character by character.
///
/// Thread-compatible. Weak reads count with their weight. Reads of different lengths are aligned before they are
/// fused. Reads of what is clearly another plate (a neighbour's) form clusters; the heaviest wins.
class PlateFusion {
public:
    PlateFusion(PlateFusionOptions options, PlateGrammars grammars);

    /// \param weight > 0, how much this read counts beside its confidence: size, sharpness, angle.
    void add(domain::PlateRead read, float weight);
    [[nodiscard]] bool empty() const noexcept { return reads_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return reads_.size(); }

    /// \return nothing without reads.
    [[nodiscard]] std::optional<domain::PlateText> result() const;
    /// The read that agrees with the result and was the most confident: whose picture to keep.
    [[nodiscard]] const domain::PlateRead* best_read() const;

private:
    struct Weighted {
        domain::PlateRead read;
        float weight;
    };
    PlateFusionOptions options_;
    PlateGrammars grammars_;
    std::vector<Weighted> reads_;
};

} // namespace vedette::vision
