#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "plate/builtin_grammars.h"
#include "plate/grammar_file.h"
#include "plate/lattice.h"
#include "vedette/base/utf8.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

/// Share of plates that follow no form of the regions asked for: personal, foreign, special plates.
constexpr double kFreeWeight = 0.05;
/// Under that hypothesis every sign is one of 36, every length from 2 to 10 as likely.
constexpr double kFreeSigns = 36;
constexpr double kFreeLengths = 9;
/// How much of what forms are worth beforehand goes by the look of the plate.
constexpr double kLookTrust = 0.5;
/// No plate has more places; a longer read stays as observed.
constexpr std::size_t kMaxPlaces = 24;
/// A form with less of the evidence than this changes nothing.
constexpr double kNegligible = 1e-4;
constexpr std::size_t kMaxRegions = 8;
constexpr double kLeastRegionScore = 0.01;

double free_probability(std::size_t length) {
    double probability = kFreeWeight / kFreeLengths;
    for (std::size_t i = 0; i < length; ++i)
        probability /= kFreeSigns;
    return probability;
}

/// The forms asked for, with what each is worth before anything is seen.
struct Candidate {
    const RegionGrammar* region = nullptr;
    const Form* form = nullptr;
    double prior = 0;
};

using Candidates = std::vector<Candidate>;

/// Sum over the free hypothesis of P(places | text) P(text).
double free_evidence(std::span<const Place> places) {
    double sum = kFreeWeight / kFreeLengths;
    for (const Place& place : places)
        sum *= (place.sum() - place.skip()) / kFreeSigns + place.skip();
    return sum;
}

double prior_of(const Candidates& candidates, std::u32string_view text) {
    double sum = 0;
    for (const Candidate& candidate : candidates)
        sum += candidate.prior * text_probability(*candidate.form, text);
    return sum;
}

double total_evidence(const Candidates& candidates, std::span<const Place> places) {
    double sum = free_evidence(places);
    for (const Candidate& candidate : candidates)
        sum += candidate.prior * evidence(*candidate.form, places);
    return sum;
}

/// Only the forms that explain a part of what was seen worth speaking of.
Candidates relevant(const Candidates& candidates, std::span<const Place> places) {
    std::vector<double> shares;
    double total = free_evidence(places);
    for (const Candidate& candidate : candidates) {
        shares.push_back(candidate.prior * evidence(*candidate.form, places));
        total += shares.back();
    }
    Candidates out;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (shares[i] > total * kNegligible)
            out.push_back(candidates[i]);
    return out;
}

std::u32string most_likely_text(const Candidates& candidates, std::span<const Place> places) {
    std::u32string best = observed_text(places);
    double best_score = -1;
    const auto consider = [&](const std::u32string& text) {
        const double score = text_likelihood(places, text) *
                             (prior_of(candidates, text) + free_probability(text.size()));
        if (score > best_score) {
            best_score = score;
            best = text;
        }
    };
    consider(best);
    for (const Candidate& candidate : candidates)
        if (const std::u32string text = best_text(*candidate.form, places); !text.empty())
            consider(text);
    return best;
}

/// P(the place holds this sign | everything seen), for every sign of the text.
std::vector<float> character_confidence(const Candidates& candidates, std::span<const Place> places,
                                        std::u32string_view text, double total) {
    std::vector<float> out;
    std::vector<Place> fixed{places.begin(), places.end()};
    for (const std::size_t i : align_text(places, text)) {
        const char32_t sign = text[out.size()];
        const Place::Sign only{sign, places[i].of(sign)};
        fixed[i] = Place{{&only, 1}};
        out.push_back(
            static_cast<float>(std::clamp(total_evidence(candidates, fixed) / total, 0.0, 1.0)));
        fixed[i] = places[i];
    }
    return out;
}

std::vector<domain::RegionCandidate> regions_of(const Candidates& candidates,
                                                std::u32string_view text) {
    std::map<std::string, double> scores;
    double total = 0;
    for (const Candidate& candidate : candidates) {
        const double share = candidate.prior * text_probability(*candidate.form, text);
        if (share <= 0)
            continue;
        scores[candidate.region->region] += share;
        total += share;
    }
    std::vector<domain::RegionCandidate> out;
    for (const auto& [region, score] : scores)
        if (score >= total * kLeastRegionScore)
            out.push_back({region, static_cast<float>(score / total)});
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    if (out.size() > kMaxRegions)
        out.resize(kMaxRegions);
    return out;
}

/// Scales every place so that its likelihoods sum to 1: long plates must not underflow.
/// \return for every place the share that the reader named: what it did not name can't be resolved.
std::vector<double> scale(std::vector<Place>& places) {
    std::vector<double> named;
    for (Place& place : places) {
        place.scale_down(place.sum());
        named.push_back(place.named());
    }
    return named;
}

/// Takes back from each confidence what the reader left open at its place.
void discount(PlateGrammars::Resolution& resolution, std::span<const Place> places,
              const std::vector<double>& named, std::u32string_view text) {
    for (const double share : named)
        resolution.confidence *= static_cast<float>(share);
    const std::vector<std::size_t> at = align_text(places, text);
    for (std::size_t i = 0; i < std::min(at.size(), resolution.character_confidence.size()); ++i)
        resolution.character_confidence[i] *= static_cast<float>(named[at[i]]);
}

} // namespace

struct PlateGrammars::Data {
    std::vector<RegionGrammar> regions; ///< by id

    [[nodiscard]] static bool names(const RegionGrammar& grammar, const std::string& wanted) {
        return grammar.region == wanted || std::find(grammar.groups.begin(), grammar.groups.end(),
                                                     wanted) != grammar.groups.end();
    }

    /// The share of the guess that falls on each of the candidates, in all 1 at most; what it says
    /// of others is left out.
    [[nodiscard]] static std::vector<double>
    by_look(const Candidates& candidates, std::span<const domain::RegionCandidate> looks_like) {
        std::vector<double> out(candidates.size(), 0.0);
        double total = 0;
        for (const domain::RegionCandidate& guess : looks_like) {
            const auto meant = [&](const Candidate& one) {
                return names(*one.region, guess.region);
            };
            double prior = 0;
            for (const Candidate& one : candidates)
                prior += meant(one) ? one.prior : 0;
            const double score = static_cast<double>(guess.score);
            total += score > 0 ? score : 0;
            if (!(prior > 0) || !(score > 0))
                continue;
            for (std::size_t i = 0; i < candidates.size(); ++i)
                out[i] += meant(candidates[i]) ? score * candidates[i].prior / prior : 0;
        }
        for (double& share : out)
            share /= std::max(total, 1.0);
        return out;
    }

    static void add_look(Candidates& candidates,
                         std::span<const domain::RegionCandidate> looks_like) {
        const std::vector<double> look = by_look(candidates, looks_like);
        const double moved = kLookTrust * std::accumulate(look.begin(), look.end(), 0.0);
        for (std::size_t i = 0; i < candidates.size(); ++i)
            candidates[i].prior =
                (1 - moved) * candidates[i].prior + kLookTrust * (1 - kFreeWeight) * look[i];
    }

    [[nodiscard]] Candidates
    select(std::span<const std::string> wanted,
           std::span<const domain::RegionCandidate> looks_like = {}) const {
        Candidates out;
        double total = 0;
        for (const RegionGrammar& grammar : regions) {
            const bool chosen = wanted.empty() || std::any_of(wanted.begin(), wanted.end(),
                                                              [&](const std::string& id) {
                                                                  return names(grammar, id);
                                                              });
            if (!chosen)
                continue;
            total += grammar.weight;
            for (const Form& form : grammar.forms)
                out.push_back({&grammar, &form, grammar.weight * form.weight});
        }
        for (Candidate& candidate : out)
            candidate.prior *= (1 - kFreeWeight) / total;
        add_look(out, looks_like);
        return out;
    }
};

PlateGrammars::PlateGrammars(std::shared_ptr<const Data> data) : data_{std::move(data)} {}

Result<PlateGrammars> PlateGrammars::parse(std::span<const Source> sources) {
    auto data = std::make_shared<Data>();
    for (const Source& source : sources) {
        VEDETTE_TRY(RegionGrammar grammar, parse_grammar(source.yaml, source.name));
        const bool taken = std::any_of(
            data->regions.begin(), data->regions.end(),
            [&](const RegionGrammar& other) { return Data::names(other, grammar.region); });
        if (taken)
            return Error{ErrorCode::invalid_argument,
                         source.name + ": the region '" + grammar.region + "' is described twice"};
        data->regions.push_back(std::move(grammar));
    }
    std::sort(data->regions.begin(), data->regions.end(),
              [](const RegionGrammar& a, const RegionGrammar& b) { return a.region < b.region; });
    return PlateGrammars{std::move(data)};
}

Result<PlateGrammars> PlateGrammars::builtin() {
    auto grammars = parse(builtin_grammars());
    if (!grammars)
        return Error{ErrorCode::internal,
                     "a built-in plate grammar is broken: " + grammars.error().message()};
    return grammars;
}

PlateGrammars PlateGrammars::with(std::shared_ptr<const SignConfusion> confusion) const {
    PlateGrammars out = *this;
    out.confusion_ = std::move(confusion);
    return out;
}

Result<PlateGrammars> PlateGrammars::load(const std::filesystem::path& folder) {
    std::error_code error;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        if (entry.path().extension() == ".yaml")
            files.insert(entry.path());
    if (error)
        return Error{ErrorCode::invalid_argument, "plate grammars: cannot list the folder " +
                                                      folder.string() + ": " + error.message()};
    std::vector<Source> sources;
    for (const std::filesystem::path& file : files) {
        std::ifstream in{file, std::ios::binary};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        if (!in)
            return Error{ErrorCode::invalid_argument,
                         "plate grammar " + file.string() + ": cannot be read"};
        sources.push_back({file.string(), std::move(text)});
    }
    if (sources.empty())
        return Error{ErrorCode::invalid_argument,
                     "plate grammars: no *.yaml in " + folder.string()};
    return parse(sources);
}

std::vector<std::string> PlateGrammars::regions() const {
    std::vector<std::string> out;
    for (const RegionGrammar& grammar : data_->regions)
        out.push_back(grammar.region);
    return out;
}

std::vector<std::string> PlateGrammars::groups() const {
    std::set<std::string> out;
    for (const RegionGrammar& grammar : data_->regions)
        out.insert(grammar.groups.begin(), grammar.groups.end());
    return {out.begin(), out.end()};
}

Status PlateGrammars::check(std::span<const std::string> regions) const {
    for (const std::string& wanted : regions) {
        const bool known =
            std::any_of(data_->regions.begin(), data_->regions.end(),
                        [&](const RegionGrammar& grammar) { return Data::names(grammar, wanted); });
        if (known)
            continue;
        std::string all;
        for (const std::string& group : groups())
            all += group + " ";
        for (const RegionGrammar& grammar : data_->regions)
            all += grammar.region + " ";
        all.pop_back();
        return Error{ErrorCode::invalid_argument,
                     "no plate grammar for region '" + wanted + "'; known: " + all};
    }
    return {};
}

PlateGrammars::Resolution
PlateGrammars::resolve(std::span<const domain::PlateCharacter> characters,
                       std::span<const std::string> regions,
                       std::span<const domain::RegionCandidate> looks_like) const {
    std::vector<Place> places =
        to_places(characters, confusion_ ? *confusion_ : SignConfusion::builtin());
    Resolution out;
    if (places.empty())
        return out;
    if (places.size() > kMaxPlaces) { // no plate: nothing that a form could settle
        out.text = encode_utf8(observed_text(places));
        out.character_confidence.assign(observed_text(places).size(), 0.0F);
        return out;
    }
    const std::vector<double> named = scale(places);
    const Candidates candidates = relevant(data_->select(regions, looks_like), places);
    const double total = total_evidence(candidates, places);
    const std::u32string text = most_likely_text(candidates, places);
    const double score = text_likelihood(places, text) *
                         (prior_of(candidates, text) + free_probability(text.size()));
    out.text = encode_utf8(text);
    out.confidence = static_cast<float>(std::clamp(score / total, 0.0, 1.0));
    out.character_confidence = character_confidence(candidates, places, text, total);
    discount(out, places, named, text);
    out.regions = regions_of(candidates, text);
    return out;
}

std::vector<domain::RegionCandidate>
PlateGrammars::match(std::string_view text, std::span<const std::string> regions) const {
    const std::u32string signs = decode_utf8(normalize_plate(text));
    return regions_of(data_->select(regions), signs);
}

} // namespace vedette::vision
