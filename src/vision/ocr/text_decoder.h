#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/decoder_options.h"
#include "vedette/base/result.h"
#include "vedette/domain/plate.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/tensor.h"

namespace vedette::vision {

/// Knows one output form of plate readers: turns a model's numbers for one crop into a read.
///
/// Thread-compatible. Pure: the same numbers give the same read.
class TextDecoder {
public:
    virtual ~TextDecoder() = default;

    /// How many numbers the model's one output holds for one crop.
    [[nodiscard]] virtual std::size_t size() const = 0;

    /// PlateReader::most_lines() of the models of this form.
    [[nodiscard]] virtual int most_lines() const = 0;

    /// Gives text, confidence and characters. Any numbers are taken, NaN and infinity included.
    /// \pre `output` has size() numbers
    [[nodiscard]] virtual domain::PlateRead decode(std::span<const float> output) = 0;
};

/// \param output  what the engine says the model gives.
/// \return invalid_argument, naming the output and its shape, if it doesn't fit the form.
using TextDecoderFactory = Result<std::unique_ptr<TextDecoder>> (*)(
    const infer::Manifest& manifest, const infer::TensorSpec& output);

/// The symbols of `decoder_options.alphabet`, class by class, one UTF-8 character each.
/// \return invalid_argument if the option is absent, holds a sign twice or has fewer than two
/// signs.
[[nodiscard]] Result<std::vector<std::string>> read_alphabet(const infer::Manifest& manifest);

/// The shape without an open batch and without dimensions of one: 1x68x18, ?x68x18 and 68x18 are
/// all 68x18.
[[nodiscard]] infer::Shape crop_shape(const infer::TensorSpec& output);

/// Probabilities from what a model gave for one place: its numbers if they already are a
/// distribution, their softmax otherwise. NaN counts as impossible; without any usable number every
/// class is equally likely.
/// \param temperature  > 0, what the logits (of a distribution: its logarithms) are divided by:
/// above 1 makes a reader less sure, below 1 surer. Which class is the best stays. Guo et al., "On
/// Calibration of Modern Neural Networks", ICML 2017.
void to_probabilities(std::span<const float> numbers, std::span<float> probabilities,
                      float temperature = 1);

/// `decoder_options.temperature`: 1 unless given. \return invalid_argument if it is no number of
/// 0.05..20.
[[nodiscard]] Result<float> read_temperature(const DecoderOptions& options);

/// Candidates with at least this probability are kept; the fusion gives the others its floor.
inline constexpr float kLeastCandidate = 1e-3F;

/// Best first, without those below `least`.
void tidy(domain::PlateCharacter& character, float least = kLeastCandidate);

} // namespace vedette::vision
