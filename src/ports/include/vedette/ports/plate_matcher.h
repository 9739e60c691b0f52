#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/plate.h"
#include "vedette/ports/event_store.h"

namespace vedette::ports {

/// What a plate in a query means: the one definition that every store's results follow, however it
/// finds its candidates.
///
/// A fuzzy match is one of at most `max_edits` signs inserted, deleted or replaced, where a sign
/// that stands for one that readers take it for (0 O Q D · 1 I · 2 Z · 5 S · 6 G · 8 B) costs
/// nothing.
///
/// Thread-safe: nothing changes once made.
class PlateMatcher {
public:
    /// \param typed  separators and case do not matter
    /// \return invalid_argument if `typed` has no letter or digit, or more than 64.
    static Result<PlateMatcher> make(std::string_view typed, PlateMatch how, int max_edits);

    [[nodiscard]] PlateMatch how() const noexcept { return how_; }

    /// Whether a normalized or a resolved text fits. For bit-parallel speed over millions of them.
    [[nodiscard]] bool fits(std::string_view text) const noexcept;

    /// What every text that fits begins with, and under PlateMatch::exact all of it; may be empty.
    [[nodiscard]] const std::string& beginning() const noexcept { return beginning_; }

    /// Why an event with this plate is found: see FoundEvent::reason. Of its two texts, the one
    /// that is nearer. \return nothing if neither fits.
    [[nodiscard]] std::optional<std::string> match(const domain::PlateText& plate) const;

private:
    PlateMatcher(std::string pattern, PlateMatch how, int max_edits);
    [[nodiscard]] bool fits_wildcard(std::string_view text) const noexcept;
    [[nodiscard]] bool fits_fuzzily(std::string_view text) const noexcept;
    [[nodiscard]] std::uint64_t places_of(char32_t sign) const noexcept;

    PlateMatch how_;
    int max_edits_;
    std::string pattern_; ///< normalized; `?` and `*` kept under PlateMatch::wildcard
    std::string beginning_;
    /// Of a fuzzy match: bit i of the sign's mask says that the folded pattern has it at place i.
    std::array<std::uint64_t, 128> ascii_places_{};
    std::vector<std::pair<char32_t, std::uint64_t>> other_places_;
    int signs_ = 0;
};

/// The signs of a text, each as the first of those that readers take for it (0 O Q D · 1 I · 2 Z ·
/// 5 S · 6 G · 8 B): texts of which this is equal are the same to PlateMatch::fuzzy.
[[nodiscard]] std::u32string folded_signs(std::string_view text);

} // namespace vedette::ports
