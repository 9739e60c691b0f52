#pragma once

#include <span>
#include <string>
#include <vector>

#include "plate/form.h"
#include "vedette/domain/plate.h"

namespace vedette::vision {

/// One place of a plate: how likely the picture is for each sign that may really stand there.
struct Place {
    struct Sign {
        char32_t sign = 0;
        double likelihood = 0;
    };
    std::vector<Sign> signs;
    double skip = 0; ///< likelihood that there is no sign here
    [[nodiscard]] double of(char32_t sign) const noexcept;
    [[nodiscard]] double sum() const noexcept;
};

/// A reader's distributions widened by what readers are known to confuse (0 and O, 8 and B, …): a
/// reader that is sure of a shape is not sure of the sign. Candidates that are no plate signs are
/// left out.
[[nodiscard]] std::vector<Place> to_places(std::span<const domain::PlateCharacter> characters);

/// The most likely sign of every place, nothing where "no sign" is likelier.
[[nodiscard]] std::u32string observed_text(std::span<const Place> places);

/// Sum over all texts of P(places | text) P(text | form).
[[nodiscard]] double evidence(const Form& form, std::span<const Place> places);

/// The text with the most likely single path through form and places; empty if none fits.
[[nodiscard]] std::u32string best_text(const Form& form, std::span<const Place> places);

/// P(places | text): over all ways to leave out places.
[[nodiscard]] double text_likelihood(std::span<const Place> places, std::u32string_view text);

/// Which place holds which sign of the text in the likeliest way; empty if the text can't come from
/// the places.
[[nodiscard]] std::vector<std::size_t> align_text(std::span<const Place> places,
                                                  std::u32string_view text);

} // namespace vedette::vision
