#pragma once

#include <chrono>

#include "vedette/base/clock.h"
#include "vedette/domain/geometry.h"

namespace vedette::vision {

struct StillnessOptions {
    std::chrono::milliseconds after{5'000}; ///< at one place for so long: still
    float stay_iou = 0.8F;                  ///< 0..1, overlap with the place that counts as "there"
    float leave_iou =
        0.6F;              ///< 0..1, below stay_iou: a still object overlapping less may be leaving
    float gone_iou = 0.3F; ///< 0..1, overlapping less than this it has certainly left
    std::chrono::milliseconds leave_after{1'000}; ///< that long below leave_iou: left
};

/// Decides whether an object stands still, with hysteresis: a box that shrinks for a moment because
/// something passes in front has not left.
class Stillness {
public:
    Stillness(const StillnessOptions& options, const domain::NormBox& box, StreamTime at) noexcept;

    /// Tells where the object was seen.
    void see(const domain::NormBox& box, StreamTime at) noexcept;
    [[nodiscard]] bool still() const noexcept { return still_; }
    /// The mean of where it was seen since it came to the place.
    [[nodiscard]] const domain::NormBox& place() const noexcept { return place_; }

private:
    void settle_at(const domain::NormBox& box, StreamTime at) noexcept;
    void refine(const domain::NormBox& box) noexcept;
    [[nodiscard]] bool has_left(float overlap, StreamTime at) noexcept;

    StillnessOptions options_;
    domain::NormBox place_;
    StreamTime since_;
    StreamTime last_there_;
    int sightings_ = 1;
    bool still_ = false;
};

} // namespace vedette::vision
