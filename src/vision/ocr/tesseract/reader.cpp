#include "ocr/tesseract/reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>
#include <utility>

#include "detect/decoder_options.h"
#include "ocr/tesseract/plate_ink.h"
#include "ocr/text_decoder.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

// Part of the OpenMP runtime that the library brings along; absent where it was built without.
extern "C" __attribute__((weak)) void omp_set_max_active_levels(int levels);

/// The library starts four threads for each crop and lets them spin: a plate is too small for that,
/// and the other cameras need the cores. Holds for the calling thread.
void stay_on_this_thread() {
    if (omp_set_max_active_levels != nullptr)
        omp_set_max_active_levels(0);
}

/// Ends the library before it frees it.
struct EndTesseract {
    void operator()(tesseract::TessBaseAPI* api) const {
        api->End();
        delete api; // NOLINT(cppcoreguidelines-owning-memory): this is the deleter
    }
};
using TesseractPtr = std::unique_ptr<tesseract::TessBaseAPI, EndTesseract>;

/// How much a text is believed whose length is not the number of signs seen: 0 apart, 1 apart …
constexpr std::array<float, 3> kBelief{1.0F, 0.6F, 0.2F};
/// Where no row of signs was found; a text of so few characters is no plate's either.
constexpr float kBeliefWithoutRow = 0.3F;
constexpr std::size_t kFewestCharacters = 4;

/// 0..1: what the picture says about a text of that length.
float belief_in(std::size_t characters, int signs) {
    if (signs == 0 || characters < kFewestCharacters)
        return kBeliefWithoutRow;
    const auto apart = static_cast<std::size_t>(std::abs(static_cast<int>(characters) - signs));
    return kBelief.at(std::min(apart, kBelief.size() - 1));
}

float share(float percent) { return std::clamp(percent / 100.0F, 0.0F, 1.0F); }

/// The symbols that Tesseract thought of at one place. Its own confidence stands for the best one;
/// the others share what is left as their own confidences stand to each other.
domain::PlateCharacter character_at(const tesseract::ResultIterator& at, const std::string& best,
                                    float confidence) {
    domain::PlateCharacter out{{{best, confidence}}};
    float others = 0;
    tesseract::ChoiceIterator choice{at};
    do {
        const char* text = choice.GetUTF8Text();
        const std::string symbol = text == nullptr ? "" : normalize_plate(text);
        const bool known =
            symbol.empty() || std::any_of(out.candidates.begin(), out.candidates.end(),
                                          [&](const auto& c) { return c.symbol == symbol; });
        if (known)
            continue;
        out.candidates.push_back({symbol, share(choice.Confidence())});
        others += out.candidates.back().probability;
    } while (choice.Next());
    const float left = 1 - confidence;
    for (std::size_t i = 1; i < out.candidates.size(); ++i)
        out.candidates[i].probability *= others > left ? left / others : 1;
    tidy(out);
    return out;
}

class TesseractReader final : public PlateReader {
public:
    TesseractReader(std::string model_id, TesseractPtr api)
        : model_id_{std::move(model_id)}, api_{std::move(api)} {}

    [[nodiscard]] Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override {
        std::vector<domain::PlateRead> out;
        for (const imaging::ImageView& crop : crops) {
            if (crop.empty())
                return Error{ErrorCode::invalid_argument,
                             model_id_ + ": a plate crop without pixels"};
            VEDETTE_TRY(domain::PlateRead read, read_one(crop));
            out.push_back(std::move(read));
        }
        return out;
    }
    [[nodiscard]] int most_lines() const override { return 2; }
    [[nodiscard]] const std::string& model_id() const override { return model_id_; }

private:
    Result<domain::PlateRead> read_one(const imaging::ImageView& crop) {
        stay_on_this_thread();
        PlateInk ink = make_ink(crop);
        api_->SetPageSegMode(ink.lines == 1 ? tesseract::PSM_SINGLE_LINE
                                            : tesseract::PSM_SINGLE_BLOCK);
        api_->SetImage(ink.picture.row(0), ink.picture.width_px(), ink.picture.height_px(), 1,
                       static_cast<int>(ink.picture.stride_bytes()));
        api_->SetSourceResolution(300);
        if (api_->Recognize(nullptr) != 0)
            return Error{ErrorCode::internal, model_id_ + ": Tesseract could not read a crop"};
        domain::PlateRead read = collect();
        temper(read, ink.signs);
        api_->Clear();
        return read;
    }

    /// Tesseract is sure of what it makes out of screws and frames; their number gives it away.
    static void temper(domain::PlateRead& read, int signs) {
        if (read.text.empty())
            return;
        const float belief = belief_in(read.characters.size(), signs);
        const float each = std::pow(belief, 1 / static_cast<float>(read.characters.size()));
        for (domain::PlateCharacter& character : read.characters)
            for (domain::SymbolCandidate& candidate : character.candidates)
                candidate.probability *= each;
        read.confidence *= belief;
    }

    domain::PlateRead collect() {
        domain::PlateRead read;
        const std::unique_ptr<tesseract::ResultIterator> at{api_->GetIterator()};
        if (!at)
            return read;
        read.confidence = 1;
        do {
            const std::unique_ptr<char[]> text{at->GetUTF8Text(tesseract::RIL_SYMBOL)};
            const std::string symbol = text ? normalize_plate(text.get()) : "";
            if (symbol.empty())
                continue;
            const float confidence = share(at->Confidence(tesseract::RIL_SYMBOL));
            read.text += symbol;
            read.confidence *= confidence;
            read.characters.push_back(character_at(*at, symbol, confidence));
        } while (at->Next(tesseract::RIL_SYMBOL));
        if (read.text.empty())
            read.confidence = 0;
        return read;
    }

    std::string model_id_;
    TesseractPtr api_;
};

} // namespace

Result<std::unique_ptr<PlateReader>> make_tesseract_reader(const infer::Manifest& manifest) {
    VEDETTE_TRY(const DecoderOptions options,
                DecoderOptions::of(manifest, {"language", "whitelist", "data"}));
    const std::string language = options.text("language", "eng");
    const std::string data = options.text("data", "");
    TesseractPtr api{
        new tesseract::TessBaseAPI}; // NOLINT(cppcoreguidelines-owning-memory): handed to its owner
    api->SetVariable("debug_file", "/dev/null"); // what it has to say comes as return values
    if (api->Init(data.empty() ? nullptr : data.c_str(), language.c_str(),
                  tesseract::OEM_LSTM_ONLY) != 0)
        return Error{ErrorCode::not_found, manifest.full_id() +
                                               ": Tesseract has no trained data for '" + language +
                                               "'; install the package tesseract-ocr-" + language};
    api->SetVariable("tessedit_char_whitelist",
                     options.text("whitelist", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789").c_str());
    api->SetVariable("lstm_choice_mode", "2"); // gives the alternatives of every symbol
    // Plates hold no words.
    api->SetVariable("load_system_dawg", "0");
    api->SetVariable("load_freq_dawg", "0");
    return std::unique_ptr<PlateReader>{
        std::make_unique<TesseractReader>(manifest.full_id(), std::move(api))};
}

} // namespace vedette::vision
