#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"

namespace vedette::vision {

/// A box that a single-shot detector's offsets are counted from; 0..1 of the input.
struct Prior {
    float centre_x = 0;
    float centre_y = 0;
    float width = 0;
    float height = 0;
};

/// Reads a text file with one "cx cy w h" per line; empty lines and those that begin with # are
/// passed over. \return invalid_argument naming file and line; not_found.
[[nodiscard]] Result<std::vector<Prior>> load_priors(const std::filesystem::path& path);

/// "10 16 24; 32 48": the sides of the priors in input pixels, grid by grid.
/// \return nothing if it is not that, or a side is not within 0..8192
[[nodiscard]] std::optional<std::vector<std::vector<float>>>
parse_prior_sides(const std::string& text);

/// Square priors around the middle of every cell, row by row, those of one cell in the order of
/// their sides; cut to the input. As the RFB face detectors place them: Liu et al., "Receptive
/// Field Block Net", ECCV 2018. \pre sides_px has one list per stride
[[nodiscard]] std::vector<Prior> square_priors(const infer::InputSpec& input,
                                               const std::vector<int>& strides,
                                               const std::vector<std::vector<float>>& sides_px);

} // namespace vedette::vision
