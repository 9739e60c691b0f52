#include "plate/looks.h"

#include <algorithm>

#include "plate/columns.h"
#include "plate/region_guess.h"

namespace vedette::vision {

domain::PlateRead combine_looks(std::span<const domain::PlateRead> looks) {
    std::vector<WeightedCharacters> reads;
    std::vector<WeightedRegions> weighted;
    for (const domain::PlateRead& look : looks)
        if (!look.text.empty()) {
            reads.push_back({look.characters, 1.0});
            weighted.push_back({look.looks_like, 1.0});
        }
    if (reads.size() < 2) {
        const auto some = std::find_if(looks.begin(), looks.end(),
                                       [](const auto& look) { return !look.text.empty(); });
        return some == looks.end() ? looks.front() : *some;
    }
    domain::PlateRead out;
    out.looks_like = mean_regions(weighted);
    out.confidence = 1;
    for (domain::PlateCharacter& place : fuse_columns(reads, 1.0)) {
        const domain::SymbolCandidate& best = place.candidates.front();
        out.text += best.symbol;
        out.confidence *= best.probability;
        const bool surely_empty = best.symbol.empty() && best.probability > 0.999F;
        if (!surely_empty)
            out.characters.push_back(std::move(place));
    }
    return out;
}

} // namespace vedette::vision
