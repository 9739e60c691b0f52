#include "vedette/vision/eval/reliability.h"

#include <algorithm>
#include <cmath>

namespace vedette::vision {

void Reliability::add(double confidence, bool right) {
    answers_.push_back({std::clamp(confidence, 0.0, 1.0), right});
}

std::vector<Reliability::Bin> Reliability::curve(std::size_t bins) const {
    std::vector<Answer> sorted = answers_;
    std::sort(sorted.begin(), sorted.end(),
              [](const Answer& a, const Answer& b) { return a.confidence < b.confidence; });
    const std::size_t parts = std::max<std::size_t>(bins, 1);
    std::vector<Bin> out;
    std::size_t next = 0; ///< where the bin ends, if no answer there is as confident as its last
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const Answer& answer = sorted[i];
        const bool equal = i > 0 && sorted[i - 1].confidence == answer.confidence;
        if (i >= next && !equal) {
            const std::size_t part = i * parts / sorted.size();
            next = ((part + 1) * sorted.size() + parts - 1) / parts;
            out.push_back({.lowest = answer.confidence});
        }
        Bin& bin = out.back();
        ++bin.answers;
        bin.right += answer.right ? 1 : 0;
        bin.highest = answer.confidence;
        bin.confidence_sum += answer.confidence;
    }
    return out;
}

double Reliability::expected_calibration_error() const {
    double distance = 0;
    for (const Bin& bin : curve())
        distance += std::abs(static_cast<double>(bin.right) - bin.confidence_sum);
    return answers_.empty() ? 0 : distance / static_cast<double>(answers_.size());
}

double Reliability::brier() const noexcept {
    double sum = 0;
    for (const Answer& answer : answers_) {
        const double off = answer.confidence - (answer.right ? 1 : 0);
        sum += off * off;
    }
    return answers_.empty() ? 0 : sum / static_cast<double>(answers_.size());
}

} // namespace vedette::vision
