#pragma once

#include <span>
#include <string>
#include <vector>

#include "vedette/domain/detection.h"
#include "vedette/pipeline/options.h"

namespace vedette::pipeline {

/// Without a detector, what moves is what can be told: every region that is larger than leaves and
/// noise.
[[nodiscard]] inline std::vector<domain::Detection>
moving_things(std::span<const domain::NormBox> moving) {
    constexpr float kSmallest = 0.002F; // of the picture
    constexpr float kForSure = 0.9F;
    std::vector<domain::Detection> out;
    for (const domain::NormBox& box : moving)
        if (box.area() >= kSmallest)
            out.push_back({box, kForSure, std::string{kMovingLabel}, {}});
    return out;
}

} // namespace vedette::pipeline
