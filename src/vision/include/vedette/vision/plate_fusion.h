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
    /// 0..1: what n equal reads are worth is n^independence. Frames of one pass share their blur,
    /// angle and light, so they are far from independent witnesses.
    float independence = 0.5F;
    /// 0..1: reads whose texts differ in more than this share of their signs are of another plate.
    float max_difference = 0.4F;
};

/// How much a read counts by the height of its plate: 1 at 24 px, more up to 36, less down to 7.
[[nodiscard]] float read_weight(const domain::PlateRead& read) noexcept;

/// All reads of one vehicle's plate, fused character by character.
///
/// Weak reads count with their weight. Reads of different lengths are aligned before they are
/// fused: places that one read lacks become "no sign" there. Reads of what is clearly another plate
/// (a neighbour's) form clusters; the heaviest wins. The order of the reads does not matter. Where
/// the grammars know what the reader was measured to confuse, that decides between reads that name
/// different signs: a B among eights is a B if this reader often takes B for 8 and never 8 for B.
///
/// The confidence of the result is ordered rightly but not calibrated: it rests on the reader's own
/// probabilities and on `independence`, which is a guess, and no map to measured shares is applied.
/// How far single reads keep what they promise is measured in docs/reference/plate-figures.md.
///
/// Thread-compatible. Method: alignment into columns after Fiscus, "A post-processing system to
/// yield reduced word error rates: ROVER", ASRU 1997; then the weighted geometric mean of the
/// distributions of each column.
class PlateFusion {
public:
    PlateFusion(PlateFusionOptions options, PlateGrammars grammars);

    /// \param weight > 0, how much this read counts beside its confidence: size, sharpness, angle.
    /// A read without
    ///   characters, or with a weight that is not above 0, is left out.
    void add(domain::PlateRead read, float weight);
    [[nodiscard]] bool empty() const noexcept { return reads_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return reads_.size(); }

    /// \return nothing without reads.
    [[nodiscard]] std::optional<domain::PlateText> result() const;
    /// The read that agrees best with the result and, of those, was the most confident: whose
    /// picture to keep. \return null without reads; valid until the next add().
    [[nodiscard]] const domain::PlateRead* best_read() const;

private:
    struct Weighted {
        domain::PlateRead read;
        float weight;
        [[nodiscard]] float mass() const noexcept;
    };
    /// Of the heaviest cluster, heaviest first.
    [[nodiscard]] std::vector<const Weighted*> heaviest_cluster() const;

    PlateFusionOptions options_;
    PlateGrammars grammars_;
    std::vector<Weighted> reads_; ///< heaviest first; ties by content
};

} // namespace vedette::vision
