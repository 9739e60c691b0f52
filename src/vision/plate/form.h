#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::vision {

/// Which signs may stand at one place of a form.
class SignSet {
public:
    void add(char32_t sign);
    [[nodiscard]] bool contains(char32_t sign) const noexcept;
    [[nodiscard]] int size() const noexcept;

    /// Signs below 128 as bits, 64 to a word, and the others, sorted.
    [[nodiscard]] const std::array<std::uint64_t, 2>& ascii() const noexcept { return ascii_; }
    [[nodiscard]] const std::u32string& others() const noexcept { return others_; }

private:
    std::array<std::uint64_t, 2> ascii_{};
    std::u32string others_; ///< sorted
};

/// One form of a plate as an automaton without empty steps: states in topological order, arcs go
/// forward only.
///
/// The weights make it a distribution over texts: P(text) = sum over its paths of the product of
/// arc weights, each for one given sign, times the weight with which the last state ends.
struct Form {
    struct Arc {
        SignSet signs;
        int to = 0;
        double weight = 0; ///< of each single sign of `signs`
    };
    struct State {
        std::vector<Arc> arcs;
        double end_weight = 0;
    };
    std::vector<State> states; ///< [0] is the start
    double weight = 1;         ///< share of its region's plates that have this form
};

/// Names that patterns may use: what `L` and `D` stand for, and lists of strings for `<name>`.
struct PatternNames {
    std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string digits = "0123456789";
    std::map<std::string, std::vector<std::string>, std::less<>> lists;
};

/// Makes the automaton of one pattern.
///
/// Pattern: `L` letter, `D` digit, `X` either, `[ABC0-9]` one of these, `<name>` one string of that
/// list, each optionally followed by `{n}` or `{m,n}` (not `<name>`). Spaces say where separators
/// stand; they match nothing. \return invalid_argument saying what is wrong where.
Result<Form> compile_form(std::string_view pattern, const PatternNames& names);

/// P(text | form); 0 if it doesn't fit.
[[nodiscard]] double text_probability(const Form& form, std::u32string_view text);

} // namespace vedette::vision
