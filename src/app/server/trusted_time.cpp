#include "app/server/trusted_time.h"

#include <algorithm>

namespace vedette::app {
namespace {

/// A clock that is corrected little by little, or by a leap of a few seconds, is no reason to
/// doubt.
constexpr std::chrono::minutes kNoStep{10};
constexpr std::chrono::days kLongestSilence{2}; ///< from the last event to a start
constexpr std::chrono::days kProbation{1};

bool are_close(WallTime a, WallTime b) { return a - b < kNoStep && b - a < kNoStep; }

} // namespace

WallTime TrustedTime::Moment::at(SteadyTime later) const {
    return wall + std::chrono::duration_cast<WallTime::duration>(later - steady);
}

TrustedTime::TrustedTime(std::optional<WallTime> newest, const Clock& clock, Log& messages)
    : clock_{clock}, messages_{messages} {
    const Moment now{clock_.wall_now(), clock_.steady_now()};
    const bool plausible = !newest || (now.wall >= *newest && now.wall - *newest < kLongestSilence);
    believed_ = plausible ? now : Moment{*newest, now.steady};
}

WallTime TrustedTime::now() {
    const Moment now{clock_.wall_now(), clock_.steady_now()};
    const WallTime expected = believed_.at(now.steady);
    if (are_close(now.wall, expected)) {
        if (doubt_)
            messages_.info("the clock is right again", {});
        doubt_.reset();
        believed_ = now;
        return now.wall;
    }
    if (!doubt_ || !are_close(now.wall, doubt_->at(now.steady))) {
        doubt_ = now;
        messages_.warn(
            "the clock was set, or is wrong: for a day nothing is deleted that would not "
            "be by the earlier time",
            {{"off_s",
              std::chrono::duration_cast<std::chrono::seconds>(now.wall - expected).count()}});
    }
    if (now.steady - doubt_->steady >= kProbation) {
        doubt_.reset();
        believed_ = now;
        return now.wall;
    }
    return std::min(now.wall, expected);
}

} // namespace vedette::app
