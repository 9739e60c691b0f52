#include "ocr/text_decoder.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vedette/base/utf8.h"

namespace vedette::vision {
namespace {

bool is_distribution(std::span<const float> numbers) {
    constexpr float kTolerance = 1e-2F; // bf16 keeps 8 bits
    float sum = 0;
    for (const float number : numbers) {
        if (!(number >= 0 && number <= 1 + kTolerance))
            return false;
        sum += number;
    }
    return std::abs(sum - 1) <= kTolerance;
}

/// The same as dividing the logits that the distribution came from.
void soften(std::span<float> probabilities, float temperature) {
    const float highest = *std::max_element(probabilities.begin(), probabilities.end());
    float sum = 0;
    for (float& probability : probabilities)
        sum += probability = std::pow(probability / highest, 1 / temperature);
    for (float& probability : probabilities)
        probability /= sum;
}

} // namespace

Result<std::vector<std::string>> read_alphabet(const infer::Manifest& manifest) {
    const auto wrong = [&manifest](const std::string& what) {
        return Error{ErrorCode::invalid_argument,
                     manifest.path.string() + ": decoder_options.alphabet " + what};
    };
    const auto found = manifest.decoder_options.find("alphabet");
    if (found == manifest.decoder_options.end())
        return wrong("is missing; write every symbol of the reader in the order of its classes");
    std::vector<std::string> symbols;
    std::set<char32_t> seen;
    for (const char32_t sign : decode_utf8(found->second)) {
        if (!seen.insert(sign).second)
            return wrong("holds a symbol twice");
        symbols.push_back(encode_utf8({&sign, 1}));
    }
    if (symbols.size() < 2)
        return wrong("has fewer than two symbols");
    return symbols;
}

infer::Shape crop_shape(const infer::TensorSpec& output) {
    infer::Shape shape = output.shape;
    std::erase_if(shape, [](std::int64_t length) { return length == 1 || length < 0; });
    return shape;
}

Result<float> read_temperature(const DecoderOptions& options) {
    VEDETTE_TRY(const double value, options.number("temperature", 1, 0.05, 20));
    return static_cast<float>(value);
}

void to_probabilities(std::span<const float> numbers, std::span<float> probabilities,
                      float temperature) {
    if (is_distribution(numbers)) {
        std::copy(numbers.begin(), numbers.end(), probabilities.begin());
        if (temperature != 1)
            soften(probabilities, temperature);
        return;
    }
    const auto usable = [](float number) {
        return std::isnan(number) ? -INFINITY : std::min(number, 1e30F);
    };
    float highest = -INFINITY;
    for (const float number : numbers)
        highest = std::max(highest, usable(number));
    if (!std::isfinite(highest)) {
        std::fill(probabilities.begin(), probabilities.end(),
                  1.0F / static_cast<float>(numbers.size()));
        return;
    }
    float sum = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        sum += probabilities[i] = std::exp((usable(numbers[i]) - highest) / temperature);
    for (float& probability : probabilities)
        probability /= sum;
}

void tidy(domain::PlateCharacter& character, float least) {
    std::erase_if(character.candidates,
                  [least](const auto& candidate) { return !(candidate.probability >= least); });
    std::stable_sort(character.candidates.begin(), character.candidates.end(),
                     [](const auto& a, const auto& b) { return a.probability > b.probability; });
}

} // namespace vedette::vision
