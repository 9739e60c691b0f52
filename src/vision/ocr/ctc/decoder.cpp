#include "ocr/ctc/decoder.h"

#include <algorithm>

#include "detect/decoder_options.h"
#include "detect/output_shapes.h"
#include "ocr/ctc/beam_search.h"
#include "ocr/ctc/consensus.h"

namespace vedette::vision {
namespace {

constexpr std::size_t kBeamWidth = 16;
constexpr std::int64_t kMaxSteps = 512;

enum class Order { time_first, classes_first };

struct Lattice {
    std::size_t steps = 0;
    Order order = Order::time_first;
};

class CtcDecoder final : public TextDecoder {
public:
    CtcDecoder(std::vector<std::string> symbols, int blank, Lattice lattice, float temperature)
        : symbols_{std::move(symbols)}, blank_{blank}, lattice_{lattice}, temperature_{temperature},
          numbers_(symbols_.size()), probabilities_(lattice.steps * symbols_.size()) {}

    [[nodiscard]] std::size_t size() const override { return probabilities_.size(); }
    [[nodiscard]] int most_lines() const override { return 1; } // time runs from left to right

    [[nodiscard]] domain::PlateRead decode(std::span<const float> output) override {
        fill_probabilities(output);
        const std::vector<CtcHypothesis> hypotheses =
            ctc_beam_search(probabilities_, symbols_.size(), blank_, kBeamWidth);
        domain::PlateRead read;
        if (hypotheses.empty())
            return read;
        for (const int symbol : hypotheses.front().classes)
            read.text += symbols_[static_cast<std::size_t>(symbol)];
        read.confidence = static_cast<float>(std::clamp(hypotheses.front().probability, 0.0, 1.0));
        for (const ConsensusPlace& place : consensus(hypotheses))
            add_character(place, read);
        return read;
    }

private:
    void fill_probabilities(std::span<const float> output) {
        const std::size_t classes = symbols_.size();
        for (std::size_t t = 0; t < lattice_.steps; ++t) {
            for (std::size_t c = 0; c < classes; ++c)
                numbers_[c] = lattice_.order == Order::time_first ? output[t * classes + c]
                                                                  : output[c * lattice_.steps + t];
            to_probabilities(numbers_, std::span{probabilities_}.subspan(t * classes, classes),
                             temperature_);
        }
    }

    void add_character(const ConsensusPlace& place, domain::PlateRead& read) const {
        domain::PlateCharacter character;
        for (const auto& [symbol, probability] : place)
            character.candidates.push_back(
                {symbol == kNoClass ? "" : symbols_[static_cast<std::size_t>(symbol)],
                 static_cast<float>(std::min(probability, 1.0))});
        tidy(character);
        const bool only_empty =
            character.candidates.size() == 1 && character.candidates.front().symbol.empty();
        if (!character.candidates.empty() && !only_empty)
            read.characters.push_back(std::move(character));
    }

    const std::vector<std::string> symbols_;
    const int blank_;
    const Lattice lattice_;
    const float temperature_;
    std::vector<float> numbers_;
    std::vector<float> probabilities_; ///< time x classes
};

Result<Lattice> lattice_of(const infer::TensorSpec& output, std::size_t classes) {
    const infer::Shape shape = crop_shape(output);
    const auto wanted = static_cast<std::int64_t>(classes);
    if (shape.size() == 2 && (shape[0] == wanted || shape[1] == wanted)) {
        const bool time_first = shape[1] == wanted;
        const std::int64_t steps = time_first ? shape[0] : shape[1];
        if (steps >= 1 && steps <= kMaxSteps)
            return Lattice{static_cast<std::size_t>(steps),
                           time_first ? Order::time_first : Order::classes_first};
    }
    return misfit("ctc", output,
                  std::to_string(classes) + " classes (the alphabet) x time, or time x classes");
}

} // namespace

Result<std::unique_ptr<TextDecoder>> make_ctc_decoder(const infer::Manifest& manifest,
                                                      const infer::TensorSpec& output) {
    VEDETTE_TRY(const DecoderOptions options,
                DecoderOptions::of(manifest, {"alphabet", "blank", "temperature"}));
    VEDETTE_TRY(std::vector<std::string> symbols, read_alphabet(manifest));
    const int last = static_cast<int>(symbols.size()) - 1;
    VEDETTE_TRY(const int blank, options.integer("blank", last, 0, last));
    VEDETTE_TRY(const float temperature, read_temperature(options));
    VEDETTE_TRY(const Lattice lattice, lattice_of(output, symbols.size()));
    return std::unique_ptr<TextDecoder>{
        std::make_unique<CtcDecoder>(std::move(symbols), blank, lattice, temperature)};
}

} // namespace vedette::vision
