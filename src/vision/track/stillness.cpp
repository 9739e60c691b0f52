#include "track/stillness.h"

#include <algorithm>

namespace vedette::vision {
namespace {

// The place keeps following slow drift, of a camera in the wind for instance, as a mean over so
// many sightings.
constexpr int kMemory = 100;

} // namespace

Stillness::Stillness(const StillnessOptions& options, const domain::NormBox& box,
                     StreamTime at) noexcept
    : options_{options}, place_{box}, since_{at}, last_there_{at} {}

void Stillness::see(const domain::NormBox& box, StreamTime at) noexcept {
    const float overlap = domain::iou(box, place_);
    if (still_) {
        if (has_left(overlap, at))
            settle_at(box, at);
        else if (overlap >= options_.stay_iou)
            refine(box);
        return;
    }
    if (overlap < options_.stay_iou) {
        settle_at(box, at);
        return;
    }
    refine(box);
    last_there_ = at;
    still_ = at - since_ >= options_.after;
}

bool Stillness::has_left(float overlap, StreamTime at) noexcept {
    if (overlap >= options_.leave_iou) {
        last_there_ = at;
        return false;
    }
    return overlap < options_.gone_iou || at - last_there_ >= options_.leave_after;
}

void Stillness::settle_at(const domain::NormBox& box, StreamTime at) noexcept {
    place_ = box;
    since_ = at;
    last_there_ = at;
    sightings_ = 1;
    still_ = false;
}

void Stillness::refine(const domain::NormBox& box) noexcept {
    sightings_ = std::min(sightings_ + 1, kMemory);
    const float share = 1.0F / static_cast<float>(sightings_);
    place_.left += share * (box.left - place_.left);
    place_.top += share * (box.top - place_.top);
    place_.width += share * (box.width - place_.width);
    place_.height += share * (box.height - place_.height);
}

} // namespace vedette::vision
