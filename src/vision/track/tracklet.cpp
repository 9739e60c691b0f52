#include "track/tracklet.h"

#include <algorithm>
#include <chrono>

namespace vedette::vision {
namespace {

double seconds_between(StreamTime from, StreamTime to) noexcept {
    return std::chrono::duration<double>{to - from}.count();
}

StillnessOptions stillness_options(const TrackerOptions& options) noexcept {
    StillnessOptions result;
    result.after = options.stationary_after;
    result.stay_iou = options.stationary_iou;
    result.leave_iou = options.stationary_iou * 0.75F;
    return result;
}

} // namespace

Tracklet::Tracklet(domain::TrackId id, const domain::Detection& first, StreamTime at,
                   const TrackerOptions& options, float aspect_ratio)
    : options_{&options}, id_{id}, filter_{first.box, aspect_ratio, MotionNoise{}},
      votes_{first.label, first.score}, stillness_{stillness_options(options), first.box, at},
      expected_{first.box}, score_{first.score}, best_score_{first.score}, first_seen_{at},
      last_seen_{at}, predicted_to_{at} {}

void Tracklet::predict(StreamTime at) {
    filter_.predict(seconds_between(predicted_to_, at));
    predicted_to_ = at;
    expected_ = stationary() && !in_sight_ ? stillness_.place() : filter_.box();
}

void Tracklet::see(const domain::Detection& detection, StreamTime at) {
    filter_.correct(detection.box);
    expected_ = filter_.box();
    votes_.add(detection.label, detection.score);
    stillness_.see(expected_, at);
    score_ = detection.score;
    best_score_ = std::max(best_score_, score_);
    ++hits_;
    last_seen_ = at;
    in_sight_ = true;
}

void Tracklet::lose() noexcept {
    in_sight_ = false;
    filter_.stop_growing();
    if (stationary())
        filter_.stop_moving();
}

bool Tracklet::expired(StreamTime at) const noexcept {
    return at - last_seen_ >
           (stationary() ? std::max(options_->forget_stationary_after, options_->forget_after)
                         : options_->forget_after);
}

domain::Track Tracklet::snapshot() const {
    return {.id = id_,
            .label = label(),
            .box = expected_,
            .score = score_,
            .best_score = best_score_,
            .hits = hits_,
            .first_seen = first_seen_,
            .last_seen = last_seen_,
            .confirmed = confirmed(),
            .stationary = stationary(),
            .velocity = velocity()};
}

} // namespace vedette::vision
