#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vedette/imaging/image.h"
#include "vedette/vision/tamper.h"

namespace vedette::vision {

/// Something that happens to a camera or before it, made of pictures to which it did not happen.
/// **Synthetic**, and what is measured with it must be called so.
struct TamperTrial {
    std::string name;
    std::optional<TamperKind> is; ///< what has to be told; nothing: nothing may be
    /// What else is right: a lens under a cloth is blurred to some and uniform to others.
    std::optional<TamperKind> or_is;
    std::chrono::seconds lasts{60};
    bool goes_on = false; ///< can last as long as one likes
    /// Paints it. \param seconds since it began \param number of the picture, for what is random
    std::function<void(imaging::Image& gray8, double seconds, unsigned number)> apply;
};

/// Covers, sprays, defocuses, turns, shifts, zooms, each more and less; and dusk, lamps, infrared,
/// rain, fog, lorries, headlights, trembling, which nothing may be told of.
[[nodiscard]] std::vector<TamperTrial> tamper_trials();

struct TamperTrialResult {
    int false_alarms = 0; ///< before it, beside it, after it; of anything that is nothing: all
    bool found = false;
    std::chrono::duration<double> delay{}; ///< from its beginning, if it was found
    bool ended = false;                    ///< told once it was over
    std::chrono::duration<double> watched{};
    std::chrono::nanoseconds took{}; ///< of the processor, inside the detector
    int looks = 0;
};

/// Plays a trial to a detector of its own: a minute and a half of nothing, then it, then a
/// minute of nothing, a picture a second.
/// \param pictures  of a camera at rest, one a second, gray8 of one size; played forward and
/// backward. Not empty. The view is the middle of each, so that there is something to turn to.
[[nodiscard]] TamperTrialResult run_tamper_trial(const TamperTrial& trial,
                                                 const std::vector<imaging::Image>& pictures,
                                                 const TamperOptions& options);

} // namespace vedette::vision
