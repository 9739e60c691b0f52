#include "track/association.h"

namespace vedette::vision {
namespace {

domain::NormBox widened(const domain::NormBox& box, float share) noexcept {
    return {box.left - share * box.width, box.top - share * box.height, box.width * (1 + 2 * share),
            box.height * (1 + 2 * share)};
}

float similarity(const Tracklet& track, const domain::Detection& detection, const MatchRule& rule) {
    const float overlap = widened_iou(track.expected(), detection.box, rule.widen);
    if (overlap <= 0 || kind_of(track.label()) != kind_of(detection.label))
        return 0;
    if (track.stationary() && !track.in_sight() &&
        domain::iou(track.expected(), detection.box) < kReturnToPlaceIou)
        return 0;
    return rule.times_score ? overlap * detection.score : overlap;
}

} // namespace

float widened_iou(const domain::NormBox& a, const domain::NormBox& b, float widen) noexcept {
    return widen > 0 ? domain::iou(widened(a, widen), widened(b, widen)) : domain::iou(a, b);
}

std::vector<Match> associate(std::span<const Tracklet> all_tracks,
                             std::span<const std::size_t> tracks,
                             std::span<const domain::Detection> all_detections,
                             std::span<const std::size_t> detections, const MatchRule& rule) {
    WeightMatrix weights{tracks.size(), detections.size()};
    for (std::size_t row = 0; row < tracks.size(); ++row)
        for (std::size_t column = 0; column < detections.size(); ++column)
            weights.set(
                row, column,
                similarity(all_tracks[tracks[row]], all_detections[detections[column]], rule) -
                    rule.least);
    return best_matching(weights);
}

} // namespace vedette::vision
