#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/tensor.h"

namespace vedette::vision {

/// The cells of one scale of an anchor-free detector.
struct Grid {
    int stride_px = 0;
    int columns = 0;
    int rows = 0;
    [[nodiscard]] std::size_t cells() const noexcept {
        return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    }
};

/// One grid per stride over the model's input; an incomplete last cell counts.
[[nodiscard]] std::vector<Grid> grids_of(const infer::InputSpec& input,
                                         const std::vector<int>& strides);
[[nodiscard]] std::size_t total_cells(const std::vector<Grid>& grids) noexcept;

/// \return invalid_argument, naming the form, unless there are `count` outputs, all of 32-bit
/// floats.
Status expect_outputs(const std::string& form, const std::vector<infer::TensorSpec>& outputs,
                      std::size_t count);

/// \return invalid_argument unless one picture's share of `output` holds `count` numbers. Open
/// dimensions pass here and are looked at again when the model has run.
Status expect_size(const std::string& form, const infer::TensorSpec& output, std::size_t count);

/// The shape without the batch and without ones before the last two: 1x1x84x8400 -> 84x8400.
[[nodiscard]] infer::Shape picture_shape(const infer::TensorSpec& output);

/// The error that says which output does not fit and what was expected.
[[nodiscard]] Error misfit(const std::string& form, const infer::TensorSpec& output,
                           const std::string& expected);

} // namespace vedette::vision
