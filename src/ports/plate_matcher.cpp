#include "vedette/ports/plate_matcher.h"

#include <algorithm>
#include <cstdlib>

#include "plate_difference.h"
#include "vedette/base/utf8.h"
#include "vedette/domain/plate_text.h"

namespace vedette::ports {
namespace {

constexpr std::size_t kMostSigns = 64; // one bit of a machine word each

/// Normalizes what stands between wildcards; several `*` in a row say no more than one.
std::string normalized_pattern(std::string_view typed) {
    std::string out;
    while (!typed.empty()) {
        const std::size_t wildcard = typed.find_first_of("?*");
        out += domain::normalize_plate(typed.substr(0, wildcard));
        if (wildcard == std::string_view::npos)
            break;
        if (typed[wildcard] == '?' || out.empty() || out.back() != '*')
            out += typed[wildcard];
        typed.remove_prefix(wildcard + 1);
    }
    return out;
}

/// Bytes of the sign that starts at `at`; a byte that starts none stands for itself.
std::size_t sign_bytes(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at + 1;
    if (static_cast<unsigned char>(text[at]) >= 0xC0U)
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            ++end;
    return end - at;
}

} // namespace

Result<PlateMatcher> PlateMatcher::make(std::string_view typed, PlateMatch how, int max_edits) {
    std::string pattern =
        how == PlateMatch::wildcard ? normalized_pattern(typed) : domain::normalize_plate(typed);
    if (pattern.find_first_not_of("?*") == std::string::npos)
        return Error{ErrorCode::invalid_argument,
                     "plate '" + std::string{typed} + "' has no letter or digit to look for"};
    if (pattern.size() > kMostSigns)
        return Error{ErrorCode::invalid_argument, "plate must have at most 64 bytes"};
    return PlateMatcher{std::move(pattern), how, max_edits};
}

PlateMatcher::PlateMatcher(std::string pattern, PlateMatch how, int max_edits)
    : how_{how}, max_edits_{max_edits}, pattern_{std::move(pattern)} {
    if (how_ != PlateMatch::fuzzy) {
        beginning_ = pattern_.substr(0, pattern_.find_first_of("?*"));
        return;
    }
    for (const char32_t sign : decode_utf8(pattern_)) {
        const char32_t folded = fold_confusable(sign);
        const std::uint64_t place = std::uint64_t{1} << static_cast<unsigned>(signs_++);
        if (folded < ascii_places_.size())
            ascii_places_[folded] |= place;
        else
            other_places_.emplace_back(folded, place);
    }
}

bool PlateMatcher::fits(std::string_view text) const noexcept {
    if (text.empty())
        return false; // nothing was read
    switch (how_) {
    case PlateMatch::exact: return text == pattern_;
    case PlateMatch::prefix: return text.starts_with(pattern_);
    case PlateMatch::wildcard: return fits_wildcard(text);
    case PlateMatch::fuzzy: return fits_fuzzily(text);
    }
    return false;
}

/// Greedy: only the last `*` is ever tried longer, so the work is at most pattern × text.
bool PlateMatcher::fits_wildcard(std::string_view text) const noexcept {
    constexpr std::size_t kNone = std::string_view::npos;
    std::size_t in_text = 0;
    std::size_t in_pattern = 0;
    std::size_t star = kNone;
    std::size_t resume = 0;
    while (in_text < text.size()) {
        const bool more = in_pattern < pattern_.size();
        if (more && pattern_[in_pattern] == '*') {
            star = in_pattern++;
            resume = in_text;
        } else if (more && pattern_[in_pattern] == '?') {
            in_text += sign_bytes(text, in_text);
            ++in_pattern;
        } else if (more && pattern_[in_pattern] == text[in_text]) {
            ++in_text;
            ++in_pattern;
        } else if (star != kNone) {
            resume += sign_bytes(text, resume);
            in_text = resume;
            in_pattern = star + 1;
        } else {
            return false;
        }
    }
    return pattern_.find_first_not_of('*', in_pattern) == std::string::npos;
}

std::uint64_t PlateMatcher::places_of(char32_t sign) const noexcept {
    const char32_t folded = fold_confusable(sign);
    if (folded < ascii_places_.size())
        return ascii_places_[folded];
    std::uint64_t places = 0;
    for (const auto& [known, place] : other_places_)
        if (known == folded)
            places |= place;
    return places;
}

/// Levenshtein distance of the folded texts, one machine word per column: G. Myers, "A fast
/// bit-vector algorithm for approximate string matching based on dynamic programming", JACM 46(3),
/// 1999, in H. Hyyrö's form for whole texts (2003).
bool PlateMatcher::fits_fuzzily(std::string_view text) const noexcept {
    const auto longest = static_cast<std::size_t>(signs_ + max_edits_);
    if (text.size() > longest * 4 ||
        text.size() + static_cast<std::size_t>(max_edits_) < static_cast<std::size_t>(signs_))
        return false;
    const std::uint64_t last = std::uint64_t{1} << static_cast<unsigned>(signs_ - 1);
    std::uint64_t rises = ~std::uint64_t{0};
    std::uint64_t falls = 0;
    int distance = signs_;
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::size_t bytes = byte < 0x80U ? 1 : sign_bytes(text, at);
        const std::uint64_t same =
            places_of(byte < 0x80U ? byte : first_sign(text.substr(at, bytes)));
        at += bytes;
        const std::uint64_t down = same | falls;
        const std::uint64_t across = (((same & rises) + rises) ^ rises) | same;
        std::uint64_t rises_across = falls | ~(across | rises);
        std::uint64_t falls_across = rises & across;
        distance += (rises_across & last) != 0 ? 1 : 0;
        distance -= (falls_across & last) != 0 ? 1 : 0;
        rises_across = (rises_across << 1U) | 1U;
        falls_across <<= 1U;
        rises = falls_across | ~(down | rises_across);
        falls = rises_across & down;
    }
    return distance <= max_edits_;
}

std::optional<std::string> PlateMatcher::match(const domain::PlateText& plate) const {
    const bool resolved = fits(plate.resolved);
    const bool normalized = fits(plate.normalized);
    if (!resolved && !normalized)
        return std::nullopt;
    if (how_ != PlateMatch::fuzzy)
        return std::string{};
    const PlateDifference none{};
    const auto of_resolved = resolved ? difference(pattern_, plate.resolved) : none;
    const auto of_normalized = normalized ? difference(pattern_, plate.normalized) : none;
    const bool take_resolved = resolved && (!normalized || !is_nearer(of_normalized, of_resolved));
    return take_resolved ? in_words(of_resolved, plate.resolved)
                         : in_words(of_normalized, plate.normalized);
}

std::u32string folded_signs(std::string_view text) {
    std::u32string signs = decode_utf8(text);
    std::transform(signs.begin(), signs.end(), signs.begin(), fold_confusable);
    return signs;
}

} // namespace vedette::ports
