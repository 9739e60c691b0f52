#include "plate/columns.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "plate/edit_distance.h"
#include "vedette/base/utf8.h"

namespace vedette::vision {
namespace {

using Distribution = std::map<std::string, double, std::less<>>;

/// What a read that lacks a column says about it: most likely there is no sign.
constexpr double kAbsent = 0.9;
/// No reader is ever surer than this that a sign is *not* there.
constexpr double kFloor = 1e-3;
/// Match of two columns, 0..1, less than this is worse than keeping them apart.
constexpr double kGapScore = 0.15;

/// What a reader did not name: it stands for every other sign, and never comes out as a candidate.
constexpr const char* kUnnamed = "\x01";
/// So many signs share it.
constexpr double kOtherSigns = 36;

Distribution to_distribution(const domain::PlateCharacter& character) {
    Distribution out;
    double sum = 0;
    for (const domain::SymbolCandidate& candidate : character.candidates) {
        const double probability = std::clamp(static_cast<double>(candidate.probability), 0.0, 1.0);
        if (probability > 0)
            out[candidate.symbol] += probability;
        sum += probability > 0 ? probability : 0;
    }
    if (sum > 1)
        for (auto& [symbol, probability] : out)
            probability /= sum;
    out[kUnnamed] = std::max(1 - sum, 0.0);
    return out;
}

/// One place of the plate: what each read says there. An empty distribution: the read has no
/// character here.
struct Column {
    std::vector<Distribution> votes; ///< one per read so far
};

/// How well the votes of a column agree with another distribution, 0..1.
double agreement(const Column& column, const std::vector<double>& weights,
                 const Distribution& other) {
    double sum = 0;
    double total = 0;
    for (std::size_t i = 0; i < column.votes.size(); ++i) {
        double common = 0;
        for (const auto& [symbol, probability] : column.votes[i])
            if (const auto found = other.find(symbol);
                found != other.end() && !symbol.empty() && symbol != kUnnamed)
                common += probability * found->second;
        sum += weights[i] * common;
        total += weights[i];
    }
    return total > 0 ? sum / total : 0;
}

enum class Step { both, column_only, read_only };

/// The path through columns and characters with the highest sum of agreements (Needleman-Wunsch).
std::vector<Step> align(const std::vector<Column>& columns, const std::vector<double>& weights,
                        const std::vector<Distribution>& read) {
    const std::size_t width = read.size() + 1;
    std::vector<double> score((columns.size() + 1) * width, 0.0);
    std::vector<Step> step(score.size(), Step::both);
    for (std::size_t i = 0; i <= columns.size(); ++i)
        for (std::size_t j = 0; j < width; ++j) {
            const std::size_t here = i * width + j;
            double best = i == 0 && j == 0 ? 0 : -1;
            const auto consider = [&](double value, Step by) {
                if (value > best) {
                    best = value;
                    step[here] = by;
                }
            };
            // A pair of signs that disagree is still worth as much as two gaps: reads misread more
            // than they skip.
            if (i > 0 && j > 0)
                consider(score[here - width - 1] + kGapScore +
                             agreement(columns[i - 1], weights, read[j - 1]),
                         Step::both);
            if (i > 0)
                consider(score[here - width], Step::column_only);
            if (j > 0)
                consider(score[here - 1], Step::read_only);
            score[here] = best;
        }
    std::vector<Step> path;
    for (std::size_t i = columns.size(), j = read.size(); i > 0 || j > 0;) {
        const Step by =
            i == 0 ? Step::read_only : (j == 0 ? Step::column_only : step[i * width + j]);
        path.push_back(by);
        i -= by == Step::read_only ? 0 : 1;
        j -= by == Step::column_only ? 0 : 1;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

void merge(std::vector<Column>& columns, std::vector<double>& weights,
           const std::vector<Distribution>& read, double weight) {
    std::vector<Column> merged;
    std::size_t column = 0;
    std::size_t character = 0;
    for (const Step step : align(columns, weights, read)) {
        Column next = step == Step::read_only ? Column{std::vector<Distribution>(weights.size())}
                                              : columns[column++];
        next.votes.push_back(step == Step::column_only ? Distribution{} : read[character++]);
        merged.push_back(std::move(next));
    }
    columns = std::move(merged);
    weights.push_back(weight);
}

double probability_of(const Distribution& vote, const std::string& symbol) {
    if (vote.empty())
        return symbol.empty() ? kAbsent : kFloor;
    const auto found = vote.find(symbol);
    const double named = found != vote.end() ? found->second : vote.at(kUnnamed) / kOtherSigns;
    return std::max(named, kFloor);
}

/// Of a single code point; nothing for "no sign" and for what was not named.
std::optional<char32_t> sign_of(const std::string& symbol) {
    const std::u32string signs = symbol == kUnnamed ? std::u32string{} : decode_utf8(symbol);
    return signs.size() == 1 ? std::optional{signs.front()} : std::nullopt;
}

/// How well a vote fits a true symbol, what the reader confuses taken into account.
double likelihood_of(const Distribution& vote, const std::string& symbol,
                     const SignConfusion* confusion) {
    const std::optional<char32_t> truth = sign_of(symbol);
    if (confusion == nullptr || !truth || vote.empty())
        return probability_of(vote, symbol);
    double sum = vote.contains(symbol) ? 0 : vote.at(kUnnamed) / kOtherSigns;
    for (const auto& [named, probability] : vote) {
        const std::optional<char32_t> read = sign_of(named);
        const auto sources =
            read ? confusion->sources(*read) : std::span<const SignConfusion::Source>{};
        if (sources.empty() && named == symbol)
            sum += probability;
        for (const SignConfusion::Source& source : sources)
            sum += source.truth == *truth ? probability * source.likelihood : 0;
    }
    return std::max(sum, kFloor);
}

domain::PlateCharacter pool(const Column& column, const std::vector<double>& weights,
                            double exponent, const SignConfusion* confusion) {
    std::set<std::string> symbols{"", kUnnamed};
    for (const Distribution& vote : column.votes)
        for (const auto& [symbol, probability] : vote)
            symbols.insert(symbol);
    double total_weight = 0;
    for (const double weight : weights)
        total_weight += weight;

    domain::PlateCharacter out;
    std::vector<double> logs;
    for (const std::string& symbol : symbols) {
        double log = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            log += weights[i] / total_weight *
                   std::log(likelihood_of(column.votes[i], symbol, confusion));
        logs.push_back(log * exponent);
        out.candidates.push_back({symbol, 0});
    }
    const double highest = *std::max_element(logs.begin(), logs.end());
    double sum = 0;
    for (double& log : logs)
        sum += log = std::exp(log - highest);
    for (std::size_t i = 0; i < logs.size(); ++i)
        out.candidates[i].probability = static_cast<float>(logs[i] / sum);
    std::erase_if(out.candidates,
                  [](const auto& candidate) { return candidate.symbol == kUnnamed; });
    std::stable_sort(out.candidates.begin(), out.candidates.end(),
                     [](const auto& a, const auto& b) { return a.probability > b.probability; });
    return out;
}

} // namespace

std::vector<domain::PlateCharacter> fuse_columns(std::span<const WeightedCharacters> reads,
                                                 double exponent, const SignConfusion* confusion) {
    std::vector<Column> columns;
    std::vector<double> weights;
    for (const WeightedCharacters& read : reads) {
        std::vector<Distribution> distributions;
        for (const domain::PlateCharacter& character : read.characters)
            distributions.push_back(to_distribution(character));
        merge(columns, weights, distributions, read.weight);
    }
    std::vector<domain::PlateCharacter> out;
    for (const Column& column : columns)
        out.push_back(pool(column, weights, exponent, confusion));
    return out;
}

double text_difference(std::string_view a, std::string_view b) {
    const std::u32string first = decode_utf8(a);
    const std::u32string second = decode_utf8(b);
    const std::size_t longer = std::max(first.size(), second.size());
    return longer == 0
               ? 0
               : static_cast<double>(edit_distance(first, second)) / static_cast<double>(longer);
}

} // namespace vedette::vision
