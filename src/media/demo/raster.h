#pragma once

#include <algorithm>
#include <cmath>

#include "demo/camera.h"

namespace vedette::media::demo {

/// The part of the picture that may be drawn on: x in [left, right), y in [top, bottom).
struct Clip {
    int left = 0, top = 0, right = 0, bottom = 0;
    [[nodiscard]] bool empty() const noexcept { return left >= right || top >= bottom; }
};

/// A triangle's share at one pixel. Weights are corrected for perspective: they mix object-space
/// values.
struct Hit {
    int x = 0, y = 0;
    float inverse_depth = 0; ///< 1/m; larger is nearer
    float a = 0, b = 0, c = 0;
};

/// Triangles nearer than this are not drawn: nothing of the scene comes so close to the lens.
inline constexpr float kNearM = 0.4F;

/// Twice the triangle's area in pixels; negative for one that is seen from its front, as y points
/// down.
[[nodiscard]] inline float signed_area(const Projected& a, const Projected& b,
                                       const Projected& c) noexcept {
    return (b.x_px - a.x_px) * (c.y_px - a.y_px) - (c.x_px - a.x_px) * (b.y_px - a.y_px);
}

/// Calls `on_hit(const Hit&)` for each pixel whose middle the triangle covers; triangles seen from
/// behind or too near are left out. Edge functions after Pineda, "A Parallel Algorithm for Polygon
/// Rasterization" (1988).
template <class OnHit>
void rasterise(const Projected& a, const Projected& b, const Projected& c, const Clip& clip,
               const OnHit& on_hit) {
    if (a.depth_m < kNearM || b.depth_m < kNearM || c.depth_m < kNearM)
        return;
    const float area = signed_area(a, b, c);
    if (area >= -1e-6F)
        return;
    const auto first = [](float v) { return static_cast<int>(std::ceil(v - 0.5F)); };
    const int left =
        std::max(clip.left, first(std::clamp(std::min({a.x_px, b.x_px, c.x_px}), -1e6F, 1e6F)));
    const int right =
        std::min(clip.right, first(std::clamp(std::max({a.x_px, b.x_px, c.x_px}), -1e6F, 1e6F)));
    const int top =
        std::max(clip.top, first(std::clamp(std::min({a.y_px, b.y_px, c.y_px}), -1e6F, 1e6F)));
    const int bottom =
        std::min(clip.bottom, first(std::clamp(std::max({a.y_px, b.y_px, c.y_px}), -1e6F, 1e6F)));
    if (left >= right || top >= bottom)
        return;
    const float scale = 1 / area;
    const float inv_a = 1 / a.depth_m;
    const float inv_b = 1 / b.depth_m;
    const float inv_c = 1 / c.depth_m;
    const float step_a = -(c.y_px - b.y_px) * scale;
    const float step_b = -(a.y_px - c.y_px) * scale;
    for (int y = top; y < bottom; ++y) {
        const float py = static_cast<float>(y) + 0.5F;
        const float px = static_cast<float>(left) + 0.5F;
        float wa = ((c.x_px - b.x_px) * (py - b.y_px) - (c.y_px - b.y_px) * (px - b.x_px)) * scale;
        float wb = ((a.x_px - c.x_px) * (py - c.y_px) - (a.y_px - c.y_px) * (px - c.x_px)) * scale;
        for (int x = left; x < right; ++x, wa += step_a, wb += step_b) {
            const float wc = 1 - wa - wb;
            if (wa < 0 || wb < 0 || wc < 0)
                continue;
            const float inverse = wa * inv_a + wb * inv_b + wc * inv_c;
            const float depth = 1 / inverse;
            on_hit(Hit{x, y, inverse, wa * inv_a * depth, wb * inv_b * depth, wc * inv_c * depth});
        }
    }
}

} // namespace vedette::media::demo
