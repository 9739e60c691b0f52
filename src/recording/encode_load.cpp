#include "encode_load.h"

#include <algorithm>
#include <array>

namespace vedette::recording {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<EncodeLoad::Step, EncodeLoad::kSteps> kStepsDown{{
    {.worse = false, .share = 1, .key_frames_only = false},
    {.worse = true, .share = 1, .key_frames_only = false},
    {.worse = true, .share = 0.5, .key_frames_only = false},
    {.worse = true, .share = 0.25, .key_frames_only = false},
    {.worse = true, .share = 0.25, .key_frames_only = true},
}};
/// What the step above costs, against the one that is taken.
constexpr std::array<double, EncodeLoad::kSteps> kCostAbove{1, 1.3, 1.7, 1.5, 4};

constexpr milliseconds kTooLate{1'000};
constexpr milliseconds kInTime{300};
constexpr seconds kSettling{3};   ///< after a step, until it shows
constexpr double kMostBusy = 0.8; ///< that the step above may make it
constexpr seconds kLeastPatience{20};
constexpr seconds kMostPatience{600};
constexpr seconds kRelapse{60};

} // namespace

EncodeLoad::Step EncodeLoad::step(int level) {
    return kStepsDown[static_cast<std::size_t>(std::clamp(level, 0, kSteps - 1))];
}

void EncodeLoad::go_to(int level, SteadyTime now) {
    level_ = level;
    changed_ = now;
    easy_since_.reset();
}

bool EncodeLoad::observe(SteadyTime now, milliseconds lag, double busy, bool lost) {
    if (changed_ && now - *changed_ < kSettling)
        return false;
    if (lag > kTooLate || lost) {
        easy_since_.reset();
        if (level_ == kSteps - 1)
            return false;
        if (stepped_up_ && now - *stepped_up_ < kRelapse)
            patience_ = std::min(2 * patience_, kMostPatience);
        go_to(level_ + 1, now);
        return true;
    }
    if (stepped_up_ && now - *stepped_up_ > kMostPatience)
        patience_ = kLeastPatience;
    const double above = busy * kCostAbove[static_cast<std::size_t>(level_)];
    if (level_ == 0 || lag > kInTime || above > kMostBusy) {
        easy_since_.reset();
        return false;
    }
    easy_since_ = easy_since_.value_or(now);
    if (now - *easy_since_ < patience_)
        return false;
    stepped_up_ = now;
    go_to(level_ - 1, now);
    return true;
}

} // namespace vedette::recording
