#pragma once

#include "demo/vec.h"

namespace vedette::media::demo {

/// A point on the sensor. depth_m is the distance along the optical axis; not in front of the lens:
/// <= 0.
struct Projected {
    float x_px = 0;
    float y_px = 0;
    float depth_m = 0;
};

/// A pinhole camera that looks along the street (+y), tilted downwards.
class StreetCamera {
public:
    /// The same field of view whatever the picture's size; \pre both sizes > 0
    StreetCamera(int width_px, int height_px) noexcept
        : width_px_{width_px}, height_px_{height_px}, focal_px_{kFocalInWidths *
                                                                static_cast<float>(width_px)},
          centre_x_px_{static_cast<float>(width_px) / 2}, centre_y_px_{
                                                              static_cast<float>(height_px) / 2} {}

    [[nodiscard]] Projected project(Vec3 world) const noexcept {
        const Vec3 d = world - kEye;
        const float right = dot(d, kRightAxis);
        const float up = dot(d, kUpAxis);
        const float depth = dot(d, kViewAxis);
        const float scale = depth > 0 ? focal_px_ / depth : 0;
        return {centre_x_px_ + right * scale, centre_y_px_ - up * scale, depth};
    }
    /// Direction whose component along the optical axis is 1: eye + ray * depth_m is the point.
    [[nodiscard]] Vec3 ray(float x_px, float y_px) const noexcept {
        return kViewAxis + kRightAxis * ((x_px - centre_x_px_) / focal_px_) +
               kUpAxis * ((centre_y_px_ - y_px) / focal_px_);
    }
    [[nodiscard]] int width_px() const noexcept { return width_px_; }
    [[nodiscard]] int height_px() const noexcept { return height_px_; }
    [[nodiscard]] float focal_px() const noexcept { return focal_px_; }

    static constexpr float kFocalInWidths = 1.56F; ///< 35.5 degrees across
    static constexpr float kTiltSin = 0.1392F;     ///< 8 degrees down
    static constexpr float kTiltCos = 0.99027F;
    static constexpr Vec3 kEye{0.0F, 0.0F, 3.1F}; ///< on a mast arm over the middle of the road
    static constexpr Vec3 kRightAxis{1, 0, 0};
    static constexpr Vec3 kViewAxis{0, kTiltCos, -kTiltSin};
    static constexpr Vec3 kUpAxis{0, kTiltSin, kTiltCos};

private:
    int width_px_;
    int height_px_;
    float focal_px_;
    float centre_x_px_;
    float centre_y_px_;
};

} // namespace vedette::media::demo
