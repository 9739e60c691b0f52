#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/tensor.h"

namespace vedette::infer {

/// The same model for pictures of another size: its first input gets the shape, and what the file
/// says of the sizes of tensors within and of the outputs is left open, since an engine works that
/// out from the input. Only a network that does the same at every place of the picture (fully
/// convolutional) is the same model afterwards; that is for the caller to know.
/// \param shape  as many dimensions as the input has; -1 keeps what the file says
/// \return invalid_argument if the input has another number of dimensions; data_loss for bytes that
/// are no model
Result<std::vector<std::byte>> with_input_shape(std::span<const std::byte> model,
                                                const Shape& shape);

} // namespace vedette::infer
