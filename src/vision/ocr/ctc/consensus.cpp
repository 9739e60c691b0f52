#include "ocr/ctc/consensus.h"

#include <algorithm>

namespace vedette::vision {
namespace {

/// For each of the frame's places the class that stands there in `other` (or none), and what stands
/// before it.
struct Aligned {
    std::vector<int> at;     ///< frame.size()
    std::vector<int> before; ///< frame.size() + 1, the last is what follows the end
};

Aligned align(const std::vector<int>& frame, const std::vector<int>& other) {
    const std::size_t width = other.size() + 1;
    std::vector<std::size_t> cost((frame.size() + 1) * width);
    const auto at = [&cost, width](std::size_t i, std::size_t j) -> std::size_t& {
        return cost[i * width + j];
    };
    const auto pair_cost = [&](std::size_t i, std::size_t j) -> std::size_t {
        return frame[i] == other[j] ? 0 : 1;
    };
    for (std::size_t i = 0; i <= frame.size(); ++i)
        for (std::size_t j = 0; j < width; ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            at(i, j) = std::min(
                {at(i - 1, j - 1) + pair_cost(i - 1, j - 1), at(i - 1, j) + 1, at(i, j - 1) + 1});
        }
    Aligned out{std::vector<int>(frame.size(), kNoClass),
                std::vector<int>(frame.size() + 1, kNoClass)};
    std::size_t i = frame.size();
    std::size_t j = other.size();
    while (i > 0 || j > 0) {
        if (i > 0 && j > 0 && at(i, j) == at(i - 1, j - 1) + pair_cost(i - 1, j - 1)) {
            out.at[--i] = other[--j];
        } else if (j > 0 && at(i, j) == at(i, j - 1) + 1) {
            out.before[i] = other[--j];
        } else {
            --i;
        }
    }
    return out;
}

} // namespace

std::vector<ConsensusPlace> consensus(std::span<const CtcHypothesis> hypotheses) {
    if (hypotheses.empty())
        return {};
    double total = 0;
    for (const CtcHypothesis& hypothesis : hypotheses)
        total += hypothesis.probability;
    const std::vector<int>& frame = hypotheses.front().classes;
    std::vector<ConsensusPlace> places(frame.size());
    std::vector<ConsensusPlace> gaps(frame.size() + 1);
    if (!(total > 0))
        return {};
    for (const CtcHypothesis& hypothesis : hypotheses) {
        const Aligned aligned = align(frame, hypothesis.classes);
        const double share = hypothesis.probability / total;
        for (std::size_t i = 0; i < places.size(); ++i)
            places[i][aligned.at[i]] += share;
        for (std::size_t i = 0; i < gaps.size(); ++i)
            gaps[i][aligned.before[i]] += share;
    }
    std::vector<ConsensusPlace> out;
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        if (gaps[i].size() > 1) // some hypothesis has a sign there
            out.push_back(std::move(gaps[i]));
        if (i < places.size())
            out.push_back(std::move(places[i]));
    }
    return out;
}

} // namespace vedette::vision
