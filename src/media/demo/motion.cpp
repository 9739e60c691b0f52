#include "demo/traffic.h"

namespace vedette::media::demo {

float Motion::brakes_from() const noexcept {
    return (stop_m - speed_mps * speed_mps / (2 * brake_mps2) - start_m) / speed_mps;
}

float Motion::position(float t) const noexcept {
    if (speed_mps <= 0)
        return start_m;
    if (stop_s <= 0 || t < brakes_from())
        return start_m + speed_mps * t;
    const float slowing_s = speed_mps / brake_mps2;
    const float slowing_m = speed_mps * slowing_s / 2;
    float since = t - brakes_from();
    if (since < slowing_s)
        return stop_m - slowing_m + speed_mps * since - brake_mps2 * since * since / 2;
    since -= slowing_s + stop_s;
    if (since < 0)
        return stop_m;
    if (since < slowing_s)
        return stop_m + brake_mps2 * since * since / 2;
    return stop_m + slowing_m + speed_mps * (since - slowing_s);
}

bool Motion::braking(float t) const noexcept {
    return speed_mps > 0 && stop_s > 0 && t >= brakes_from() &&
           t < brakes_from() + speed_mps / brake_mps2 + stop_s;
}

bool Motion::parked(float t) const noexcept {
    return speed_mps <= 0 || (stop_s >= kForGoodS && t >= brakes_from() + speed_mps / brake_mps2);
}

Pose Route::at(float along_m) const noexcept {
    const float begin = shift_at_m;
    const float end = shift_at_m + shift_over_m;
    const float aside = shift_by_m * smoothstep(begin, end, along_m);
    const float slope = shift_by_m == 0 ? 0
                                        : shift_by_m *
                                              (smoothstep(begin, end, along_m + 0.2F) -
                                               smoothstep(begin, end, along_m - 0.2F)) /
                                              0.4F;
    const Vec2 left{-direction.y, direction.x};
    return Pose::facing({from.x + direction.x * along_m + left.x * aside,
                         from.y + direction.y * along_m + left.y * aside, 0},
                        std::atan2(direction.y, direction.x) + std::atan(slope));
}

} // namespace vedette::media::demo
