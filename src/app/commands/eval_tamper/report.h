#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "vedette/vision/eval/tamper_trials.h"

namespace vedette::app {

/// One clip, with all that was done to it.
struct TamperClip {
    struct Outcome {
        vision::TamperTrial trial;
        vision::TamperTrialResult result;
    };
    std::string name;
    std::size_t pictures = 0;
    std::vector<Outcome> trials{};
};

/// One line for each trial, over all clips; then the sums.
void write_table(const std::vector<TamperClip>& clips, std::ostream& out);
void write_json(const std::vector<TamperClip>& clips, std::ostream& out);

} // namespace vedette::app
