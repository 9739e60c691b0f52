#pragma once

#include <cstddef>
#include <vector>

namespace vedette::vision {

/// Whether confidences keep what they promise: of the answers with a confidence of about 0.8, 80 %
/// should be right.
///
/// Thread-compatible.
class Reliability {
public:
    struct Bin {
        long answers = 0;
        long right = 0;
        double lowest = 0; ///< confidence
        double highest = 0;
        double confidence_sum = 0;
        friend bool operator==(const Bin&, const Bin&) = default;
    };
    static constexpr std::size_t kBins = 10;

    /// \param confidence  taken into 0..1
    void add(double confidence, bool right);

    [[nodiscard]] long answers() const noexcept { return static_cast<long>(answers_.size()); }
    /// At most so many bins with about as many answers each, the least confident first. Answers of
    /// the same confidence stay together, so a bin may hold more and there may be fewer bins.
    [[nodiscard]] std::vector<Bin> curve(std::size_t bins = kBins) const;
    /// 0..1; mean over the answers of how far the share that is right lies from the mean confidence
    /// of their bin of curve(). Guo et al., "On Calibration of Modern Neural Networks", ICML 2017,
    /// with bins of equal count. 0 without answers.
    [[nodiscard]] double expected_calibration_error() const;
    /// 0..1; mean square of confidence minus 1 for right and 0 for wrong answers. Brier,
    /// "Verification of forecasts expressed in terms of probability", 1950. 0 without answers.
    [[nodiscard]] double brier() const noexcept;

private:
    struct Answer {
        double confidence = 0;
        bool right = false;
    };
    std::vector<Answer> answers_;
};

} // namespace vedette::vision
