#include "timeline.h"

#include <algorithm>

namespace vedette::media {
namespace {

using namespace std::chrono_literals;

constexpr Timeline::Duration kMostBack = 1s; // pictures are re-ordered by less
constexpr Timeline::Duration kMostForward =
    10s;                          // longer silence on the stream's own clock is a jump
constexpr int kStandingStill = 3; // that many equal times in a row are a broken clock

} // namespace

bool Timeline::is_jump(Duration decoding) {
    if (restarting_)
        return true;
    const Duration step = decoding - *last_;
    standing_still_ = step == Duration::zero() ? standing_still_ + 1 : 0;
    return step < -kMostBack || step > kMostForward || standing_still_ >= kStandingStill;
}

Timeline::Repaired Timeline::add(const Stamps& stamps) {
    std::optional<Duration> decoding = stamps.decoding ? stamps.decoding : stamps.presentation;
    if (!last_) { // the first packet defines 0
        last_ = decoding.value_or(Duration::zero());
        offset_ = -stamps.presentation.value_or(*last_);
        return {.at = StreamTime{},
                .decoding = StreamTime{std::min(*last_ + offset_, Duration::zero())}};
    }
    if (!decoding)
        decoding = *last_ + nominal_;
    const bool jump = is_jump(*decoding);
    if (jump) {
        const Duration step = std::max(stamps.arrived_after.value_or(nominal_), nominal_);
        offset_ += *last_ + step - *decoding;
        ++discontinuities_;
        restarting_ = false;
    }
    // Without decoding times the highest presentation time counts: re-ordering is no progress
    // backwards.
    last_ = stamps.decoding || jump ? *decoding : std::max(*last_, *decoding);
    const Duration presentation = stamps.presentation.value_or(*decoding);
    const bool sane =
        presentation >= *decoding - kMostBack && presentation <= *decoding + kMostForward;
    const Duration at = (sane ? presentation : *decoding) + offset_;
    return {.at = StreamTime{at},
            .decoding = StreamTime{std::min(*decoding + offset_, at)},
            .discontinuity = jump};
}

} // namespace vedette::media
