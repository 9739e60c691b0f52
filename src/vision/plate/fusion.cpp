#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "plate/columns.h"
#include "plate/region_guess.h"
#include "vedette/vision/plate_fusion.h"

namespace vedette::vision {
namespace {

/// A read that is sure of nothing still says a little.
constexpr float kLeastConfidence = 0.02F;

/// Heavier first. Equal masses are ordered by content, so that the order of arrival never matters.
bool heavier(const domain::PlateRead& a, float mass_a, const domain::PlateRead& b, float mass_b) {
    if (mass_a != mass_b)
        return mass_a > mass_b;
    if (a.text != b.text)
        return a.text < b.text;
    const auto place = [](const domain::PlateRead& read) {
        return std::make_tuple(read.confidence, read.height_px, read.detection_score,
                               read.corners[0].x, read.corners[0].y);
    };
    if (place(a) != place(b))
        return place(a) > place(b);
    const auto less = [](const domain::PlateCharacter& x, const domain::PlateCharacter& y) {
        return std::lexicographical_compare(
            x.candidates.begin(), x.candidates.end(), y.candidates.begin(), y.candidates.end(),
            [](const auto& p, const auto& q) {
                return std::tie(p.symbol, p.probability) < std::tie(q.symbol, q.probability);
            });
    };
    return std::lexicographical_compare(a.characters.begin(), a.characters.end(),
                                        b.characters.begin(), b.characters.end(), less);
}

std::string most_likely(const std::vector<domain::PlateCharacter>& columns) {
    std::string text;
    for (const domain::PlateCharacter& column : columns)
        text += column.candidates.front().symbol;
    return text;
}

} // namespace

float read_weight(const domain::PlateRead& read) noexcept {
    constexpr float kComfortable_px = 24;
    return std::clamp(read.height_px / kComfortable_px, 0.3F, 1.5F);
}

float PlateFusion::Weighted::mass() const noexcept {
    return weight * std::max(read.confidence, kLeastConfidence);
}

PlateFusion::PlateFusion(PlateFusionOptions options, PlateGrammars grammars)
    : options_{std::move(options)}, grammars_{std::move(grammars)} {
    options_.max_reads = std::max<std::size_t>(options_.max_reads, 1);
}

void PlateFusion::add(domain::PlateRead read, float weight) {
    if (!(weight > 0) || !std::isfinite(weight) || !std::isfinite(read.confidence) ||
        read.characters.empty())
        return;
    Weighted entry{std::move(read), weight};
    const auto where = std::lower_bound(reads_.begin(), reads_.end(), entry,
                                        [](const Weighted& a, const Weighted& b) {
                                            return heavier(a.read, a.mass(), b.read, b.mass());
                                        });
    reads_.insert(where, std::move(entry));
    if (reads_.size() > options_.max_reads)
        reads_.pop_back();
}

std::vector<const PlateFusion::Weighted*> PlateFusion::heaviest_cluster() const {
    std::vector<std::vector<const Weighted*>> clusters;
    for (const Weighted& entry : reads_) {
        const auto near = std::find_if(clusters.begin(), clusters.end(), [&](const auto& cluster) {
            return text_difference(cluster.front()->read.text, entry.read.text) <=
                   static_cast<double>(options_.max_difference);
        });
        if (near == clusters.end())
            clusters.push_back({&entry});
        else
            near->push_back(&entry);
    }
    const auto mass = [](const std::vector<const Weighted*>& cluster) {
        float sum = 0;
        for (const Weighted* entry : cluster)
            sum += entry->mass();
        return sum;
    };
    const auto best =
        std::max_element(clusters.begin(), clusters.end(),
                         [&](const auto& a, const auto& b) { return mass(a) < mass(b); });
    return best == clusters.end() ? std::vector<const Weighted*>{} : *best;
}

std::optional<domain::PlateText> PlateFusion::result() const {
    const std::vector<const Weighted*> cluster = heaviest_cluster();
    if (cluster.empty())
        return std::nullopt;
    std::vector<WeightedCharacters> reads;
    std::vector<WeightedRegions> regions;
    double sum = 0;
    double squares = 0;
    for (const Weighted* entry : cluster) {
        const double mass = static_cast<double>(entry->mass());
        reads.push_back({entry->read.characters, mass});
        regions.push_back({entry->read.looks_like, mass});
        sum += mass;
        squares += mass * mass;
    }
    // Kish's effective number of reads, tempered because frames of one pass are alike.
    const double exponent =
        std::pow(sum * sum / squares, static_cast<double>(options_.independence));
    const std::vector<domain::PlateCharacter> columns =
        fuse_columns(reads, exponent, grammars_.confusion());

    domain::PlateText out;
    out.observed = most_likely(columns);
    out.normalized = normalize_plate(out.observed);
    PlateGrammars::Resolution resolution =
        grammars_.resolve(columns, options_.regions, mean_regions(regions));
    out.resolved = std::move(resolution.text);
    out.confidence = resolution.confidence;
    out.character_confidence = std::move(resolution.character_confidence);
    out.regions = std::move(resolution.regions);
    out.reads = static_cast<int>(cluster.size());
    return out;
}

const domain::PlateRead* PlateFusion::best_read() const {
    const auto fused = result();
    if (!fused)
        return nullptr;
    const auto rank = [&](const Weighted* entry) {
        const std::string text = normalize_plate(entry->read.text);
        return std::make_pair(-std::min(text_difference(text, fused->resolved),
                                        text_difference(text, fused->normalized)),
                              entry->mass());
    };
    const std::vector<const Weighted*> cluster = heaviest_cluster();
    return &(*std::max_element(
                 cluster.begin(), cluster.end(),
                 [&](const Weighted* a, const Weighted* b) { return rank(a) < rank(b); }))
                ->read;
}

} // namespace vedette::vision
