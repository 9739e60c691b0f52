#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/plate.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/tensor.h"

namespace vedette::vision {

/// The second output of a plate reader: where the plate is from by the look of it.
///
/// The manifest's `decoder_options.regions` names the classes in their order: ids of regions or
/// groups of the plate grammars. A class that is none of them, like "other", is written as it is
/// and later speaks for no region.
class RegionDecoder {
public:
    /// Less likely regions are left out.
    static constexpr float kLeast = 0.01F;

    /// Whether the manifest names regions.
    [[nodiscard]] static bool wanted(const infer::Manifest& manifest);
    /// \return invalid_argument if the names are empty or repeated, or the output does not hold one
    /// 32-bit float for each.
    static Result<RegionDecoder> create(const infer::Manifest& manifest,
                                        const infer::TensorSpec& output);

    [[nodiscard]] std::size_t size() const noexcept { return regions_.size(); }
    /// Logits or probabilities of one crop -> regions, best first. Any numbers are taken.
    /// \pre `output` has size() numbers
    [[nodiscard]] std::vector<domain::RegionCandidate> decode(std::span<const float> output);

private:
    explicit RegionDecoder(std::vector<std::string> regions);
    std::vector<std::string> regions_;
    std::vector<float> probabilities_;
};

} // namespace vedette::vision
