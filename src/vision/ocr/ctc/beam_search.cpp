#include "ocr/ctc/beam_search.h"

#include <algorithm>
#include <map>

namespace vedette::vision {
namespace {

/// What a prefix has gathered, by whether its last step was a blank.
struct Mass {
    double ending_blank = 0;
    double ending_class = 0;
    [[nodiscard]] double total() const noexcept { return ending_blank + ending_class; }
};

using Beam = std::map<std::vector<int>, Mass>;

/// A class this improbable at a step adds nothing to the result that anybody could see.
constexpr float kNegligible = 1e-5F;

void extend(Beam& next, const std::vector<int>& prefix, const Mass& mass,
            std::span<const float> row, int blank) {
    for (std::size_t c = 0; c < row.size(); ++c) {
        if (row[c] < kNegligible)
            continue;
        const auto probability = static_cast<double>(row[c]);
        const int symbol = static_cast<int>(c);
        if (symbol == blank) {
            next[prefix].ending_blank += mass.total() * probability;
            continue;
        }
        const bool repeats = !prefix.empty() && prefix.back() == symbol;
        if (repeats) // without a blank between, it is the same sign going on
            next[prefix].ending_class += mass.ending_class * probability;
        const double going_on = repeats ? mass.ending_blank : mass.total();
        if (!(going_on > 0))
            continue;
        std::vector<int> longer = prefix;
        longer.push_back(symbol);
        next[longer].ending_class += going_on * probability;
    }
}

std::vector<CtcHypothesis> best_of(const Beam& beam, std::size_t width) {
    std::vector<CtcHypothesis> out;
    for (const auto& [prefix, mass] : beam)
        out.push_back({prefix, mass.total()});
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.probability > b.probability; });
    if (out.size() > width)
        out.resize(width);
    return out;
}

} // namespace

std::vector<CtcHypothesis> ctc_beam_search(std::span<const float> probabilities,
                                           std::size_t classes, int blank, std::size_t width) {
    Beam beam{{{}, Mass{1, 0}}};
    for (std::size_t at = 0; at + classes <= probabilities.size(); at += classes) {
        Beam next;
        for (const auto& [prefix, mass] : beam)
            extend(next, prefix, mass, probabilities.subspan(at, classes), blank);
        Beam kept;
        for (const CtcHypothesis& hypothesis : best_of(next, width))
            kept.emplace(hypothesis.classes, next[hypothesis.classes]);
        beam = std::move(kept);
    }
    return best_of(beam, width);
}

} // namespace vedette::vision
