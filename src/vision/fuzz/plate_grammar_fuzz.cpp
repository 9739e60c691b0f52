#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plate/grammar_file.h"
#include "vedette/vision/plate_grammar.h"

namespace {

using vedette::vision::PlateGrammars;

void require(bool property) {
    if (!property)
        std::abort();
}

/// The input as places: each byte gives a symbol, a probability and whether another candidate
/// follows.
std::vector<vedette::domain::PlateCharacter> places_of(std::string_view bytes) {
    constexpr std::string_view kSigns = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    std::vector<vedette::domain::PlateCharacter> out(1);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        const std::size_t sign = value % 38U;
        const std::string symbol = sign == 37 ? "" : std::string(1, kSigns[sign]);
        out.back().candidates.push_back({symbol, static_cast<float>(value) / 255.0F});
        if (value % 3U != 0)
            out.emplace_back();
    }
    return out;
}

/// A table of confusions is refused, or comes back from what is written of it; resolving by it
/// gives probabilities.
void check_confusions(const PlateGrammars& grammars, std::string_view csv) {
    using vedette::vision::SignConfusion;
    using vedette::vision::SignCounts;
    const auto counts = SignCounts::parse_csv(csv, "fuzz.csv");
    if (!counts)
        return;
    const auto again = SignCounts::parse_csv(counts->to_csv(), "again.csv");
    require(again.has_value() && again->entries() == counts->entries());
    const auto measured =
        grammars.with(std::make_shared<const SignConfusion>(SignConfusion::measured(*counts)));
    const auto places = places_of("AB12CDE");
    const auto resolution = measured.resolve(places, std::vector<std::string>{"gb"});
    require(resolution.confidence >= 0 && resolution.confidence <= 1);
    require(resolution.text.size() <= 4 * places.size());
}

void check_resolution(const PlateGrammars& grammars, std::string_view bytes) {
    const auto places = places_of(bytes);
    const std::vector<std::string> regions{"gb", "dk", "generic"}; // few forms: many runs
    const auto resolution = grammars.resolve(places, regions);
    require(resolution.text.size() <= places.size());
    require(resolution.confidence >= 0 && resolution.confidence <= 1);
    require(resolution.character_confidence.size() == resolution.text.size());
    for (const float confidence : resolution.character_confidence)
        require(confidence >= 0 && confidence <= 1);
    for (const auto& region : resolution.regions)
        require(region.score > 0 && region.score <= 1);
}

} // namespace

/// Properties: normalizing is idempotent; tables of confusions come back as they were written; a
/// grammar file is accepted or refused, and an accepted one fits its examples; resolving invents no
/// sign and gives probabilities.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const PlateGrammars kGrammars = PlateGrammars::builtin().value();
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};

    const std::string once = vedette::vision::normalize_plate(bytes);
    require(vedette::vision::normalize_plate(once) == once);
    require(vedette::vision::fold_plate(once).size() == once.size());

    const PlateGrammars::Source source{"fuzz.yaml", std::string{bytes}};
    if (const auto grammars = PlateGrammars::parse({&source, 1})) {
        const auto grammar = vedette::vision::parse_grammar(bytes, source.name);
        require(grammar.has_value());
        for (const std::string& example : grammar->match)
            require(!grammars->match(example, {}).empty());
    }
    check_confusions(kGrammars, bytes);
    if (bytes.size() <= 64)
        check_resolution(kGrammars, bytes);
    return 0;
}
