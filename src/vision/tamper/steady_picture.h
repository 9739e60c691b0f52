#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "tamper/reduction.h"
#include "vedette/base/clock.h"

namespace vedette::vision {

/// What the last pictures have in common: the median of each pixel, in which rain, lightning, a
/// hand that waves and half of the noise are gone. What comes at once shows in it after three
/// pictures, as what it is and not half of it.
///
/// Thread-compatible.
class SteadyPicture {
public:
    /// \pre picture is not empty, and at is later than before
    void take(const imaging::ImageView& picture, SteadyTime at);
    /// What was taken before has nothing to do with what comes.
    void forget() { taken_ = 0; }

    [[nodiscard]] const cv::Mat_<std::uint8_t>& picture() const { return median_; }
    /// Of the picture from which on it looks as it does.
    [[nodiscard]] SteadyTime since() const { return since_; }

private:
    struct Taken {
        cv::Mat_<std::uint8_t> picture;
        SteadyTime at;
    };
    static constexpr std::size_t kPictures = 5;

    /// The n-th before the newest.
    [[nodiscard]] const Taken& before(std::size_t n) const {
        return pictures_.at((newest_ + kPictures - n) % kPictures);
    }

    Reduction reduction_;
    std::array<Taken, kPictures> pictures_;
    std::size_t newest_ = 0;
    std::size_t taken_ = 0; ///< at most kPictures
    cv::Mat_<std::uint8_t> median_;
    SteadyTime since_;
};

} // namespace vedette::vision
