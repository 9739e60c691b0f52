#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "detect/candidates.h"
#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/tensor.h"

namespace vedette::vision {

/// The numbers of each output of a model for one picture, in the order of Engine::outputs().
using Outputs = std::span<const std::span<const float>>;

/// Knows one output form: turns a model's numbers into candidates.
///
/// Thread-compatible. Pure: the same numbers give the same candidates.
class OutputDecoder {
public:
    virtual ~OutputDecoder() = default;

    /// How many numbers each output holds for one picture.
    [[nodiscard]] virtual const std::vector<std::size_t>& sizes() const = 0;

    /// Adds what scores at least `min_score`; NaN, infinity and boxes outside may be among it.
    /// \pre every output has its sizes() numbers
    virtual void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) = 0;
};

/// \param outputs  what the engine says the model gives.
/// \return invalid_argument, naming the output and its shape, if they don't fit the form.
using DecoderFactory = Result<std::unique_ptr<OutputDecoder>> (*)(
    const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

} // namespace vedette::vision
