#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "vedette/base/result.h"

namespace vedette::infer {

/// Looks at one TensorProto: a model's weights, or the constant of a node.
///
/// OpenCV copies as many numbers as the shape says from as few as there are, so a model whose
/// weights are too short must not reach it.
/// \return the tensor's name; data_loss if it is damaged or holds fewer numbers than its shape
///   says; invalid_argument if they lie in another file
Result<std::string> check_weights(std::span<const std::byte> message);

} // namespace vedette::infer
