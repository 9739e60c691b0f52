#include "following/null_scores.h"

#include <algorithm>
#include <cmath>

namespace vedette::analysis {
namespace {

constexpr std::size_t kMostScores = 20'000;
constexpr std::size_t kTail = 50;
constexpr double kShortestTail = 1.0; ///< that of a likelihood ratio under the null
constexpr double kLongestTail = 6.0;
constexpr double kLeastShown = 0;

} // namespace

NullScores::NullScores(std::vector<double> scores, double months)
    : scores_{std::move(scores)}, months_{months} {
    std::sort(scores_.begin(), scores_.end(), std::greater<>{});
    scores_.resize(std::min(scores_.size(), kMostScores));
    in_tail_ = std::min(kTail, scores_.size() / 2);
    if (in_tail_ == 0)
        return;
    threshold_ = scores_[in_tail_];
    double excess = 0;
    for (std::size_t i = 0; i < in_tail_; ++i)
        excess += scores_[i] - threshold_;
    tail_ = std::clamp(excess / static_cast<double>(in_tail_), kShortestTail, kLongestTail);
}

std::size_t NullScores::above(double llr) const {
    return static_cast<std::size_t>(
        std::lower_bound(scores_.begin(), scores_.end(), llr, std::greater_equal<>{}) -
        scores_.begin());
}

double NullScores::per_month(double llr) const {
    if (!known())
        return 0;
    if (in_tail_ == 0) // nobody scored: a score of e^llr is that unlikely by itself
        return std::exp(-std::max(0.0, llr)) / months_;
    if (llr <= threshold_)
        return static_cast<double>(above(llr)) / months_;
    return static_cast<double>(in_tail_) / months_ * std::exp(-(llr - threshold_) / tail_);
}

double NullScores::density(double of) const {
    const double llr = std::max(of, kLeastShown); // the many below are not kept
    if (in_tail_ == 0 || llr > threshold_)
        return per_month(llr) / tail_;
    const double width = 2;
    const double count =
        static_cast<double>(above(llr - width / 2)) - static_cast<double>(above(llr + width / 2));
    return std::max(1.0, count) / (width * months_);
}

void NullScores::save(StateWriter& out) const {
    out.put(static_cast<std::uint64_t>(scores_.size()));
    for (const double score : scores_)
        out.put(score);
    out.put(months_);
}

void NullScores::load(StateReader& in) {
    std::vector<double> scores(in.count(8));
    for (double& score : scores)
        score = in.get<double>();
    const auto months = in.get<double>();
    if (!std::isfinite(months) || !std::all_of(scores.begin(), scores.end(),
                                               [](double score) { return std::isfinite(score); }))
        return in.fail();
    *this = NullScores{std::move(scores), months};
}

} // namespace vedette::analysis
