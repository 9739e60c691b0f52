#include "vedette/vision/eval/face_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

#include "vedette/vision/face_embedder.h"

namespace vedette::vision {
namespace {

constexpr std::size_t kMostSamples = 2000;
constexpr std::size_t kRocPoints = 200;
constexpr double kLow = 0.025;
constexpr double kHigh = 0.975;

std::size_t persons_in(std::span<const FaceSample> samples) {
    std::size_t count = 0;
    for (const FaceSample& sample : samples)
        count = std::max(count, sample.person + 1);
    return count;
}

Status check(std::span<const FaceSample> samples) {
    if (samples.size() > kMostSamples)
        return Error{ErrorCode::resource_exhausted,
                     std::to_string(samples.size()) + " pictures are more than the " +
                         std::to_string(kMostSamples) + " whose pairs fit into memory; take fewer"};
    std::vector<int> pictures(persons_in(samples));
    for (const FaceSample& sample : samples)
        ++pictures[sample.person];
    const auto with = [&](int least) {
        return std::count_if(pictures.begin(), pictures.end(),
                             [least](int count) { return count >= least; });
    };
    if (with(1) < 2 || with(2) < 1)
        return Error{ErrorCode::invalid_argument,
                     "comparing needs two persons, and one with two pictures"};
    return {};
}

Interval middle_of(std::vector<double> values) {
    if (values.empty())
        return {0, 1};
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        const double place = share * static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(std::lround(place))];
    };
    return {at(kLow), at(kHigh)};
}

struct Pair {
    float score = 0;
    std::uint32_t first = 0; ///< person
    std::uint32_t second = 0;
    [[nodiscard]] bool is_same() const noexcept { return first == second; }
};

/// All pairs, the most alike first.
std::vector<Pair> pairs_of(std::span<const FaceSample> samples) {
    std::vector<Pair> pairs;
    pairs.reserve(samples.size() * (samples.size() - 1) / 2);
    for (std::size_t i = 0; i < samples.size(); ++i)
        for (std::size_t k = i + 1; k < samples.size(); ++k)
            pairs.push_back({similarity(samples[i].embedding, samples[k].embedding),
                             static_cast<std::uint32_t>(samples[i].person),
                             static_cast<std::uint32_t>(samples[k].person)});
    std::sort(pairs.begin(), pairs.end(),
              [](const Pair& a, const Pair& b) { return a.score > b.score; });
    return pairs;
}

/// How often each person was drawn.
using Draws = std::vector<double>;

double weight_of(const Pair& pair, const Draws& draws) {
    return pair.is_same() ? draws[pair.first] : draws[pair.first] * draws[pair.second];
}

/// The curve of hit rate over false rate at every score that occurs, by falling threshold; empty if
/// pairs of one or of two persons are missing.
std::vector<FaceRocPoint> curve_of(const std::vector<Pair>& pairs, const Draws& draws) {
    double same = 0;
    double different = 0;
    for (const Pair& pair : pairs)
        (pair.is_same() ? same : different) += weight_of(pair, draws);
    std::vector<FaceRocPoint> curve;
    if (!(same > 0) || !(different > 0))
        return curve;
    double hits = 0;
    double false_ones = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        (pairs[i].is_same() ? hits : false_ones) += weight_of(pairs[i], draws);
        const bool last_of_its_score =
            i + 1 == pairs.size() || pairs[i + 1].score != pairs[i].score;
        if (last_of_its_score)
            curve.push_back(
                {static_cast<double>(pairs[i].score), false_ones / different, hits / same});
    }
    return curve;
}

/// The last point with at most this false rate; at an infinite threshold if there is none.
FaceRocPoint point_at(const std::vector<FaceRocPoint>& curve, double false_rate) {
    FaceRocPoint best{std::numeric_limits<double>::infinity(), 0, 0};
    for (const FaceRocPoint& point : curve) {
        if (point.false_rate > false_rate)
            break;
        best = point;
    }
    return best;
}

/// Where false rate and miss rate are equal, between two points of the curve in a straight line.
double equal_error_of(const std::vector<FaceRocPoint>& curve) {
    double before_false = 0;
    double before_missed = 1;
    for (const FaceRocPoint& point : curve) {
        const double missed = 1 - point.hit_rate;
        if (point.false_rate >= missed) {
            const double before = before_missed - before_false;
            const double now = point.false_rate - missed;
            const double share = before + now > 0 ? before / (before + now) : 0;
            return before_false + share * (point.false_rate - before_false);
        }
        before_false = point.false_rate;
        before_missed = missed;
    }
    return 1;
}

/// So many points at most, spread over the hit rates and false rates.
std::vector<FaceRocPoint> thinned(const std::vector<FaceRocPoint>& curve) {
    std::vector<FaceRocPoint> out;
    const double step = 2.0 / static_cast<double>(kRocPoints - 1);
    double next = 0;
    for (const FaceRocPoint& point : curve) {
        const double along = point.hit_rate + point.false_rate;
        const bool is_last = &point == &curve.back();
        if (along < next && !is_last)
            continue;
        out.push_back(point);
        next = along + step;
    }
    return out;
}

class Bootstrap {
public:
    Bootstrap(const std::vector<Pair>& pairs, std::size_t persons,
              const FaceScoringOptions& options)
        : hit_rates_(options.false_rates.size()) {
        std::mt19937 random{options.seed};
        for (int i = 0; i < options.resamples; ++i) {
            Draws draws(persons, 0);
            for (std::size_t k = 0; k < persons; ++k)
                draws[random() % persons] += 1;
            const std::vector<FaceRocPoint> curve = curve_of(pairs, draws);
            if (curve.empty())
                continue; // nobody was drawn who has two pictures, or one person alone
            for (std::size_t k = 0; k < options.false_rates.size(); ++k)
                hit_rates_[k].push_back(point_at(curve, options.false_rates[k]).hit_rate);
            equal_errors_.push_back(equal_error_of(curve));
        }
    }
    [[nodiscard]] Interval hit_rate(std::size_t i) const { return middle_of(hit_rates_[i]); }
    [[nodiscard]] Interval equal_error() const { return middle_of(equal_errors_); }

private:
    std::vector<std::vector<double>> hit_rates_; ///< by false rate
    std::vector<double> equal_errors_;
};

/// Similarities of all samples with all.
class Likeness {
public:
    explicit Likeness(std::span<const FaceSample> samples)
        : count_{samples.size()}, values_(count_ * count_) {
        for (std::size_t i = 0; i < count_; ++i)
            for (std::size_t k = i; k < count_; ++k)
                values_[i * count_ + k] = values_[k * count_ + i] =
                    similarity(samples[i].embedding, samples[k].embedding);
    }
    [[nodiscard]] float of(std::size_t a, std::size_t b) const { return values_[a * count_ + b]; }

private:
    std::size_t count_;
    std::vector<float> values_;
};

/// What looking up the probes of one split gave.
struct LookedUp {
    std::vector<float> known;   ///< best score of each known probe; -1 if the best is somebody else
    std::vector<float> unknown; ///< best score of each unknown probe
};

class Splits {
public:
    Splits(std::span<const FaceSample> samples, std::uint32_t seed)
        : samples_{samples}, likeness_{samples}, pictures_(persons_in(samples)), random_{seed} {
        for (std::size_t i = 0; i < samples.size(); ++i)
            pictures_[samples[i].person].push_back(i);
        for (std::size_t i = 0; i < pictures_.size(); ++i)
            if (!pictures_[i].empty())
                persons_.push_back(i);
    }

    [[nodiscard]] long enrolled() const { return static_cast<long>((persons_.size() + 1) / 2); }

    LookedUp next() {
        for (std::size_t i = persons_.size(); i > 1; --i) // Fisher and Yates
            std::swap(persons_[i - 1], persons_[random_() % i]);
        const auto half = static_cast<std::size_t>(enrolled());
        const std::span<const std::size_t> known = std::span{persons_}.first(half);
        LookedUp out;
        for (const std::size_t person : known)
            for (std::size_t i = 1; i < pictures_[person].size(); ++i) {
                const auto [who, score] = look_up(pictures_[person][i], known);
                out.known.push_back(who == person ? score : -1.0F);
            }
        for (const std::size_t person : std::span{persons_}.subspan(half))
            for (const std::size_t picture : pictures_[person])
                out.unknown.push_back(look_up(picture, known).second);
        std::sort(out.unknown.begin(), out.unknown.end(), std::greater<>{});
        return out;
    }

private:
    [[nodiscard]] std::pair<std::size_t, float> look_up(std::size_t probe,
                                                        std::span<const std::size_t> known) const {
        std::pair<std::size_t, float> best{known.front(), -2.0F};
        for (const std::size_t person : known) {
            const float score = likeness_.of(probe, pictures_[person].front());
            if (score > best.second)
                best = {person, score};
        }
        return best;
    }

    std::span<const FaceSample> samples_;
    Likeness likeness_;
    std::vector<std::vector<std::size_t>> pictures_; ///< by person, the first is enrolled
    std::vector<std::size_t> persons_;               ///< those with pictures, in the split's order
    std::mt19937 random_;
};

/// Share of the known that are named when at most `false_rate` of the unknown may be.
double hit_rate_of(const LookedUp& split, double false_rate) {
    const auto allowed = static_cast<std::size_t>(
        std::floor(false_rate * static_cast<double>(split.unknown.size()) + 1e-9));
    const float above = allowed < split.unknown.size() ? split.unknown[allowed] : -1.0F;
    const auto hits = std::count_if(split.known.begin(), split.known.end(),
                                    [above](float score) { return score > above; });
    return static_cast<double>(hits) / static_cast<double>(split.known.size());
}

} // namespace

Result<VerificationScore> score_verification(std::span<const FaceSample> samples,
                                             const FaceScoringOptions& options) {
    VEDETTE_CHECK_OK(check(samples));
    const std::size_t persons = persons_in(samples);
    const std::vector<Pair> pairs = pairs_of(samples);
    const std::vector<FaceRocPoint> curve = curve_of(pairs, Draws(persons, 1));
    const Bootstrap bootstrap{pairs, persons, options};

    VerificationScore score;
    score.same =
        std::count_if(pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.is_same(); });
    score.different = static_cast<long>(pairs.size()) - score.same;
    for (std::size_t i = 0; i < options.false_rates.size(); ++i) {
        const FaceRocPoint point = point_at(curve, options.false_rates[i]);
        score.at.push_back({options.false_rates[i], point.false_rate, point.threshold,
                            point.hit_rate, bootstrap.hit_rate(i)});
    }
    score.equal_error = equal_error_of(curve);
    score.equal_error_interval = bootstrap.equal_error();
    const auto best = std::max_element(
        curve.begin(), curve.end(), [](const FaceRocPoint& a, const FaceRocPoint& b) {
            return a.hit_rate - a.false_rate < b.hit_rate - b.false_rate;
        });
    score.best_threshold = best->threshold;
    score.best_hit_rate = best->hit_rate;
    score.best_false_rate = best->false_rate;
    score.roc = thinned(curve);
    return score;
}

Result<std::vector<IdentificationScore>> score_identification(std::span<const FaceSample> samples,
                                                              const FaceScoringOptions& options) {
    VEDETTE_CHECK_OK(check(samples));
    Splits splits{samples, options.seed};
    std::vector<IdentificationScore> scores(options.false_rates.size());
    std::vector<std::vector<double>> hit_rates(options.false_rates.size());
    double known = 0;
    double unknown = 0;
    int counted = 0;
    for (int i = 0; i < options.splits; ++i) {
        const LookedUp split = splits.next();
        if (split.known.empty() || split.unknown.empty())
            continue;
        ++counted;
        known += static_cast<double>(split.known.size());
        unknown += static_cast<double>(split.unknown.size());
        for (std::size_t k = 0; k < scores.size(); ++k)
            hit_rates[k].push_back(hit_rate_of(split, options.false_rates[k]));
    }
    if (counted == 0)
        return Error{ErrorCode::invalid_argument,
                     "no way to choose known persons with a second picture and unknown ones"};
    for (std::size_t k = 0; k < scores.size(); ++k) {
        scores[k].false_rate = options.false_rates[k];
        scores[k].hit_rate =
            std::accumulate(hit_rates[k].begin(), hit_rates[k].end(), 0.0) / counted;
        scores[k].spread = middle_of(hit_rates[k]);
        scores[k].known = known / counted;
        scores[k].unknown = unknown / counted;
        scores[k].enrolled = splits.enrolled();
    }
    return scores;
}

void FaceCountTally::add(const CountedFaces& truth, std::vector<FoundFace> found) {
    std::stable_sort(found.begin(), found.end(),
                     [](const FoundFace& a, const FoundFace& b) { return a.score > b.score; });
    long right = 0;
    if (truth.noses.empty()) {
        right = std::min(truth.faces, static_cast<long>(found.size()));
    } else {
        std::vector<imaging::PixelPoint> free = truth.noses;
        for (const FoundFace& face : found) {
            const auto distance = [&face](const imaging::PixelPoint& nose) {
                return std::hypot(static_cast<double>(nose.x) - face.box.left - face.box.width / 2,
                                  static_cast<double>(nose.y) - face.box.top - face.box.height / 2);
            };
            const auto inside = [&face](const imaging::PixelPoint& nose) {
                const auto x = static_cast<double>(nose.x) - face.box.left;
                const auto y = static_cast<double>(nose.y) - face.box.top;
                return x >= 0 && y >= 0 && x <= face.box.width && y <= face.box.height;
            };
            auto best = free.end();
            for (auto at = free.begin(); at != free.end(); ++at)
                if (inside(*at) && (best == free.end() || distance(*at) < distance(*best)))
                    best = at;
            if (best == free.end())
                continue;
            free.erase(best);
            ++right;
        }
    }
    const auto count = static_cast<long>(found.size());
    recall_ = {recall_.hits + right, recall_.total + truth.faces};
    precision_ = {precision_.hits + right, precision_.total + count};
    right_count_ = {right_count_.hits + (count == truth.faces ? 1 : 0), right_count_.total + 1};
}

} // namespace vedette::vision
