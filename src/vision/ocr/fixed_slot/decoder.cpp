#include "ocr/fixed_slot/decoder.h"

#include <algorithm>

#include "detect/decoder_options.h"
#include "detect/output_shapes.h"

namespace vedette::vision {
namespace {

constexpr int kMaxSlots = 64;

/// What becomes of the model's numbers.
struct Scale {
    float temperature = 1;
    float least_probability = kLeastCandidate;
};

class FixedSlotDecoder final : public TextDecoder {
public:
    FixedSlotDecoder(std::vector<std::string> symbols, std::size_t slots, const Scale& scale)
        : symbols_{std::move(symbols)}, slots_{slots}, scale_{scale},
          probabilities_(symbols_.size()) {}

    [[nodiscard]] std::size_t size() const override { return slots_ * symbols_.size(); }
    [[nodiscard]] int most_lines() const override { return 2; } // its slots look at the whole crop

    [[nodiscard]] domain::PlateRead decode(std::span<const float> output) override {
        domain::PlateRead read;
        read.confidence = 1;
        for (std::size_t slot = 0; slot < slots_; ++slot) {
            to_probabilities(output.subspan(slot * symbols_.size(), symbols_.size()),
                             probabilities_, scale_.temperature);
            domain::PlateCharacter character;
            for (std::size_t i = 0; i < symbols_.size(); ++i)
                character.candidates.push_back({symbols_[i], probabilities_[i]});
            tidy(character, scale_.least_probability);
            const domain::SymbolCandidate& best = character.candidates.front();
            read.confidence *= best.probability;
            read.text += best.symbol;
            const bool surely_empty = best.symbol.empty() && character.candidates.size() == 1;
            if (!surely_empty)
                read.characters.push_back(std::move(character));
        }
        read.confidence = std::clamp(read.confidence, 0.0F, 1.0F);
        return read;
    }

private:
    const std::vector<std::string> symbols_; ///< the pad is ""
    const std::size_t slots_;
    const Scale scale_;
    std::vector<float> probabilities_;
};

} // namespace

Result<std::unique_ptr<TextDecoder>> make_fixed_slot_decoder(const infer::Manifest& manifest,
                                                             const infer::TensorSpec& output) {
    VEDETTE_TRY(const DecoderOptions options,
                DecoderOptions::of(manifest, {"alphabet", "pad", "slots", "temperature",
                                              "least_probability", "regions"}));
    VEDETTE_TRY(std::vector<std::string> symbols, read_alphabet(manifest));
    const std::string pad = options.text("pad", "_");
    const auto found = std::find(symbols.begin(), symbols.end(), pad);
    if (found == symbols.end())
        return options.wrong("pad", "a symbol of the alphabet");
    found->clear();

    Scale scale;
    VEDETTE_TRY(scale.temperature, read_temperature(options));
    VEDETTE_TRY(const double least, options.number("least_probability", kLeastCandidate, 0, 0.02));
    scale.least_probability = static_cast<float>(least);

    const auto classes = static_cast<std::int64_t>(symbols.size());
    const infer::Shape shape = crop_shape(output);
    const std::int64_t numbers = static_cast<std::int64_t>(infer::element_count(shape));
    const int by_shape =
        numbers > 0 && numbers % classes == 0
            ? static_cast<int>(std::min<std::int64_t>(numbers / classes, kMaxSlots + 1))
            : 0;
    VEDETTE_TRY(const int slots, options.integer("slots", by_shape, 1, kMaxSlots));
    if (slots == 0 || slots > kMaxSlots)
        return misfit("fixed-slot", output,
                      "slots x " + std::to_string(classes) + " symbols of the alphabet");
    if (numbers != slots * classes)
        return misfit("fixed-slot", output,
                      std::to_string(slots) + " slots x " + std::to_string(classes) +
                          " symbols of the alphabet");
    return std::unique_ptr<TextDecoder>{std::make_unique<FixedSlotDecoder>(
        std::move(symbols), static_cast<std::size_t>(slots), scale)};
}

} // namespace vedette::vision
