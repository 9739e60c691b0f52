#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/onnx_model.h"
#include "vedette/base/result.h"
#include "vedette/infer/engine.h"
#include "vedette/infer/tensor.h"

namespace vedette::infer {

/// Whether the tensors are what the model takes: number, types, shapes, bytes. An open dimension
/// takes any length from 1 on. Allocates nothing when all is well. \return invalid_argument naming
/// the input, what was given and what is wanted.
Status check_inputs(std::span<const TensorView> given, std::span<const TensorSpec> wanted);

/// What every back-end asks first: is it a model, and are the options ones that it can be run with?
/// The bytes that come back are to be run: the file's, or the same model in a faster form.
/// \return what read_onnx_file() says; invalid_argument for less than one thread, or for integer
/// precision
///   where the model was not quantised.
Result<OnnxFile> open_model(const std::filesystem::path& file, const EngineOptions& options);

/// A library's message on one line: white space squeezed, cut to 300 characters.
[[nodiscard]] std::string one_line(std::string_view message);

[[nodiscard]] std::string_view to_string(Precision precision) noexcept;

/// "cuda:1" -> {"cuda", 1}.
struct DeviceName {
    std::string kind;
    int index = 0;
};
/// \return invalid_argument for an empty name or an index that is no number from 0 to 63.
Result<DeviceName> parse_device(std::string_view device);

} // namespace vedette::infer
