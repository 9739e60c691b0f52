#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "plate/form.h"
#include "vedette/domain/plate.h"
#include "vedette/vision/sign_confusion.h"

namespace vedette::vision {

/// One place of a plate: how likely the picture is for each sign that may really stand there.
class Place {
public:
    struct Sign {
        char32_t sign = 0;
        double likelihood = 0;
    };
    /// \param skip  likelihood that there is no sign here
    /// \param named  0..1, the share of all possibilities that the reader spoke of
    explicit Place(std::span<const Sign> signs = {}, double skip = 0, double named = 1);

    [[nodiscard]] std::span<const Sign> signs() const noexcept {
        return signs_;
    } ///< likeliest first
    [[nodiscard]] double skip() const noexcept { return skip_; }
    [[nodiscard]] double named() const noexcept { return named_; }
    [[nodiscard]] double sum() const noexcept; ///< of all signs and of none
    [[nodiscard]] double of(char32_t sign) const noexcept;
    /// Sum over those of the set.
    [[nodiscard]] double of_any(const SignSet& set) const noexcept;
    /// The likeliest of the set; likelihood 0 if none may stand here.
    [[nodiscard]] Sign best_of(const SignSet& set) const noexcept;

    /// Divides every likelihood by `sum`.
    void scale_down(double sum) noexcept;

private:
    std::vector<Sign> signs_;
    double skip_ = 0;
    double named_ = 1;
    SignSet known_;
    std::array<double, 128> ascii_{}; ///< likelihood by sign, for those below 128
};

/// A reader's distributions widened by what it confuses (0 and O, 8 and B, …): a reader that is
/// sure of a shape is not sure of the sign. Candidates that are no plate signs are left out.
[[nodiscard]] std::vector<Place> to_places(std::span<const domain::PlateCharacter> characters,
                                           const SignConfusion& confusion);

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
