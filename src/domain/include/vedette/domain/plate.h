#pragma once

#include <string>
#include <vector>

#include "vedette/domain/geometry.h"

namespace vedette::domain {

/// One possible symbol at one place of a plate.
struct SymbolCandidate {
    std::string symbol; ///< one character, UTF-8; "" means: no character at this place
    float probability = 0;
    friend bool operator==(const SymbolCandidate&, const SymbolCandidate&) = default;
};

/// The distribution over symbols at one place; best first; probabilities sum to at most 1.
struct PlateCharacter {
    std::vector<SymbolCandidate> candidates;
    friend bool operator==(const PlateCharacter&, const PlateCharacter&) = default;
};

/// A region whose grammar the text fits, with how well (0..1, comparable between candidates of one
/// read).
struct RegionCandidate {
    std::string region; ///< "de", "gb", "us-ca", "br-mercosur", …
    float score = 0;
    friend bool operator==(const RegionCandidate&, const RegionCandidate&) = default;
};

/// One OCR of one crop.
struct PlateRead {
    std::string text;     ///< what the reader saw, best symbol per place, no separators
    float confidence = 0; ///< 0..1, that the whole text is right
    std::vector<PlateCharacter>
        characters;            ///< one per place that may hold a character, in reading order
    NormQuad corners{};        ///< in the whole picture
    float detection_score = 0; ///< 0..1, of the plate detector
    float height_px = 0;       ///< of the plate in the picture it was read from
    /// Where the plate is from by the look of it, 0..1 each, best first; empty where the reader
    /// doesn't tell. Ids of regions, or of groups of them ("eu").
    std::vector<RegionCandidate> looks_like = {};
    friend bool operator==(const PlateRead&, const PlateRead&) = default;
};

/// The fused text of one pass. None of the three texts overwrites another.
struct PlateText {
    std::string observed;   ///< the most likely symbols over all reads, as seen
    std::string normalized; ///< observed, upper case, letters and digits only
    std::string
        resolved; ///< after the region's grammar settled O/0, I/1, …; equals normalized without one
    float confidence = 0;                    ///< 0..1, that `resolved` is right as a whole
    std::vector<float> character_confidence; ///< one per character of `resolved`
    std::vector<RegionCandidate> regions;    ///< best first; may be empty
    int reads = 0;                           ///< how many reads were fused
    friend bool operator==(const PlateText&, const PlateText&) = default;
};

} // namespace vedette::domain
