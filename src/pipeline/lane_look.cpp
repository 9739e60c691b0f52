#include "lane_look.h"

#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace vedette::pipeline {
namespace {

std::vector<domain::Detection> moving_things(std::span<const domain::NormBox> moving) {
    constexpr float kSmallest = 0.002F; // of the picture
    constexpr float kForSure = 0.9F;
    std::vector<domain::Detection> out;
    for (const domain::NormBox& box : moving) {
        if (box.area() < kSmallest)
            continue;
        domain::Detection& one = out.emplace_back();
        one.box = box;
        one.score = kForSure;
        one.label = kMovingLabel;
    }
    return out;
}

} // namespace

Result<std::vector<domain::Detection>> look_at(const DetectorLane& lane, const FedFrame& picture,
                                               const Clock& clock, PipelineProbe& probe) {
    const SteadyTime began = clock.steady_now();
    std::vector<domain::Detection> all;
    for (vision::Detector* detector : lane) {
        VEDETTE_TRY(auto found, detector->detect(std::span{&picture.frame->view, 1}));
        std::move(found.front().begin(), found.front().end(), std::back_inserter(all));
    }
    if (lane.empty())
        all = moving_things(picture.moving);
    probe.frame_detected(picture.trace, began - picture.came_at, clock.steady_now() - began,
                         all.size());
    return all;
}

} // namespace vedette::pipeline
