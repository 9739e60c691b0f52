#include "plate/region_guess.h"

#include <algorithm>
#include <map>
#include <string>

namespace vedette::vision {

std::vector<domain::RegionCandidate> mean_regions(std::span<const WeightedRegions> reads) {
    std::map<std::string, double> scores;
    double total = 0;
    for (const WeightedRegions& read : reads) {
        if (read.regions.empty())
            continue;
        total += read.weight;
        for (const domain::RegionCandidate& candidate : read.regions)
            scores[candidate.region] += read.weight * static_cast<double>(candidate.score);
    }
    std::vector<domain::RegionCandidate> out;
    for (const auto& [region, score] : scores)
        out.push_back({region, static_cast<float>(score / total)});
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    return out;
}

} // namespace vedette::vision
