#include "vedette/vision/eval/temperature.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vedette/base/utf8.h"

namespace vedette::vision {
namespace {

/// What a reader says is impossible is at least so likely.
constexpr double kLeastProbability = 1e-37;

/// The share of symbol `of` when all logits are divided by the temperature.
double log_share(const std::vector<double>& logs, std::size_t of, double temperature) {
    double sum = 0;
    for (const double log : logs)
        sum += std::exp((log - logs.front()) / temperature);
    return (logs[of] - logs.front()) / temperature - std::log(sum);
}

} // namespace

bool TemperatureSet::add(const domain::PlateRead& read, std::string_view truth) {
    const std::u32string signs = decode_utf8(truth);
    if (signs.size() > read.characters.size())
        return false;
    std::vector<Slot> slots;
    for (std::size_t i = 0; i < read.characters.size(); ++i) {
        const std::string right = i < signs.size() ? encode_utf8({&signs[i], 1}) : "";
        const auto& candidates = read.characters[i].candidates;
        const auto found =
            std::find_if(candidates.begin(), candidates.end(),
                         [&](const auto& candidate) { return candidate.symbol == right; });
        if (found == candidates.end())
            return false;
        Slot slot;
        slot.truth = static_cast<std::size_t>(found - candidates.begin());
        slot.empty = candidates.front().symbol.empty();
        for (const domain::SymbolCandidate& candidate : candidates)
            slot.logs.push_back(
                std::log(std::max(static_cast<double>(candidate.probability), kLeastProbability)));
        slots.push_back(std::move(slot));
    }
    reads_.push_back(std::move(slots));
    return true;
}

double TemperatureSet::negative_log_likelihood(double temperature) const {
    double sum = 0;
    long slots = 0;
    for (const std::vector<Slot>& read : reads_)
        for (const Slot& slot : read) {
            sum -= log_share(slot.logs, slot.truth, temperature);
            ++slots;
        }
    return slots == 0 ? 0 : sum / static_cast<double>(slots);
}

double TemperatureSet::fit() const {
    if (reads_.empty())
        return 1;
    // Convex in 1 / temperature, so a golden-section search ends at the least value.
    constexpr int kSteps = 60;
    const double ratio = (std::sqrt(5.0) - 1) / 2;
    double low = 1 / kMost;
    double high = 1 / kLeast;
    const auto at = [this](double inverse) { return negative_log_likelihood(1 / inverse); };
    double left = high - ratio * (high - low);
    double right = low + ratio * (high - low);
    double at_left = at(left);
    double at_right = at(right);
    for (int i = 0; i < kSteps; ++i) {
        if (at_left <= at_right) {
            high = std::exchange(right, left);
            at_right = at_left;
            left = high - ratio * (high - low);
            at_left = at(left);
        } else {
            low = std::exchange(left, right);
            at_left = at_right;
            right = low + ratio * (high - low);
            at_right = at(right);
        }
    }
    return 2 / (low + high);
}

TemperatureSet::Calibration TemperatureSet::calibration(double temperature) const {
    Calibration out;
    for (const std::vector<Slot>& read : reads_) {
        double confidence = 1;
        bool right = true;
        for (const Slot& slot : read) {
            const double best = std::exp(log_share(slot.logs, 0, temperature));
            confidence *= best;
            right = right && slot.truth == 0;
            if (!slot.empty)
                out.signs.add(best, slot.truth == 0);
        }
        out.text.add(confidence, right);
    }
    return out;
}

} // namespace vedette::vision
