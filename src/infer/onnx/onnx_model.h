#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/tensor.h"

namespace vedette::infer {

/// What an ONNX file says about itself, read without any inference library: so every back-end gives
/// the same names and shapes, and the same clear error for a file that is no model.
struct OnnxModel {
    std::int64_t opset = 0;          ///< of the default operator set
    bool quantised = false;          ///< has integer operators of its own
    std::vector<TensorSpec> inputs;  ///< weights are not among them
    std::vector<TensorSpec> outputs; ///< an unknown rank is one open dimension

    /// Largest batch it takes: 0 for any, if the first dimension of every input is open; else 1.
    [[nodiscard]] int batch() const noexcept;
};

/// \return data_loss if the bytes are no ONNX model or cut short; invalid_argument if it is one
/// that
///   cannot be run here (operator set, element types, weights kept in other files).
Result<OnnxModel> inspect_onnx(std::span<const std::byte> bytes);

/// A model's file: what it says and what is in it.
struct OnnxFile {
    OnnxModel about;
    std::vector<std::byte> bytes;
};
/// The same for a file; not_found and invalid_argument (a folder) come on top. Messages name the
/// file.
Result<OnnxFile> read_onnx_file(const std::filesystem::path& file);

} // namespace vedette::infer
