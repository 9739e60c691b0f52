#pragma once

#include <array>
#include <span>
#include <vector>

#include "tamper/registration.h"
#include "tamper/view_measure.h"

namespace vedette::vision {

/// How much of a view still stands where it did.
struct Placement {
    /// How much more like it is in its place than a little beside that, across or down, whichever
    /// is less: 1 as ever, about 0 if it lies elsewhere or is another one, whatever that one's
    /// edges are.
    float all = 1;
    /// 0..1, share of the blocks of which the same can be said by themselves: a lorry before most
    /// of the view leaves some, another view none.
    float blocks = 1;
};

/// What a camera's view has looked like for some minutes.
///
/// Thread-compatible.
class KnownView {
public:
    KnownView();

    /// \param weight  0..1, of this picture against all before
    void learn(const ViewMeasure& seen, double weight);

    /// Edges that have been there, and run the same way, most of the time.
    [[nodiscard]] const Structure& structure() const noexcept { return structure_; }
    /// Blocks with enough of it to be judged.
    [[nodiscard]] int structured() const noexcept { return structured_; }
    /// 0..1, share of the blocks with structure in which it still is.
    [[nodiscard]] float agreement(const OrientationField& seen) const;
    /// Takes longer than all else.
    [[nodiscard]] Placement placement(const OrientationField& seen) const;

    [[nodiscard]] float luminance() const noexcept { return luminance_; }
    [[nodiscard]] float sharpness() const noexcept { return sharpness_; }
    [[nodiscard]] float sharp_blocks() const noexcept { return sharp_blocks_; }
    [[nodiscard]] float detailed() const noexcept { return detailed_; }
    /// The most blocks that showed anything, over days.
    [[nodiscard]] float fullest() const noexcept { return fullest_; }
    /// What agreement() mostly is, and likeness() in place.
    [[nodiscard]] float usual_agreement() const noexcept { return usual_agreement_; }
    [[nodiscard]] float usual_likeness() const noexcept { return usual_likeness_; }

private:
    using BlockContrasts = std::array<Contrast, kViewBlocks>;

    [[nodiscard]] std::span<const Edge> structure_of(std::size_t block) const;
    [[nodiscard]] BlockContrasts contrasts(const OrientationField& seen) const;
    [[nodiscard]] Contrast sum_of(const BlockContrasts& blocks) const;
    void learn_contrasts(const OrientationField& seen, double weight);
    [[nodiscard]] bool block_agrees(std::size_t block, const OrientationField& seen) const;
    void learn_sharpness(float seen, double weight);
    void find_structure();

    OrientationField mean_;                     ///< of unit vectors: short where edges come and go
    Structure structure_;                       ///< block by block
    std::array<int, kViewBlocks + 1> starts_{}; ///< of each block in it, and its end
    int structured_ = 0;
    float luminance_ = 0;
    float sharpness_ = 0;
    float sharp_blocks_ = 0;
    float detailed_ = 0;
    float fullest_ = 0;
    float usual_agreement_ = 1;
    float usual_likeness_ = 1;
    BlockContrasts usual_contrasts_{}; ///< all 0: not known yet
};

} // namespace vedette::vision
