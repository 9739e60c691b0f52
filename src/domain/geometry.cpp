#include "vedette/domain/geometry.h"

#include <algorithm>

namespace vedette::domain {

NormBox intersection(const NormBox& a, const NormBox& b) noexcept {
    const float left = std::max(a.left, b.left);
    const float top = std::max(a.top, b.top);
    const float width = std::min(a.right(), b.right()) - left;
    const float height = std::min(a.bottom(), b.bottom()) - top;
    if (width <= 0 || height <= 0)
        return {};
    return {left, top, width, height};
}

float iou(const NormBox& a, const NormBox& b) noexcept {
    const float shared = intersection(a, b).area();
    const float all = a.area() + b.area() - shared;
    return all > 0 ? shared / all : 0;
}

float covered_share(const NormBox& inner, const NormBox& outer) noexcept {
    const float area = inner.area();
    return area > 0 ? intersection(inner, outer).area() / area : 0;
}

NormBox clamped(const NormBox& box) noexcept {
    const float left = std::clamp(box.left, 0.0F, 1.0F);
    const float top = std::clamp(box.top, 0.0F, 1.0F);
    const float right = std::clamp(box.right(), left, 1.0F);
    const float bottom = std::clamp(box.bottom(), top, 1.0F);
    return {left, top, right - left, bottom - top};
}

NormBox grown(const NormBox& box, float share) noexcept {
    const float dx = box.width * share;
    const float dy = box.height * share;
    return clamped({box.left - dx, box.top - dy, box.width + 2 * dx, box.height + 2 * dy});
}

NormBox bounding_box(const NormQuad& quad) noexcept {
    NormPoint low = quad[0];
    NormPoint high = quad[0];
    for (const NormPoint& point : quad) {
        low = {std::min(low.x, point.x), std::min(low.y, point.y)};
        high = {std::max(high.x, point.x), std::max(high.y, point.y)};
    }
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

NormQuad corners_of(const NormBox& box) noexcept {
    return {NormPoint{box.left, box.top}, NormPoint{box.right(), box.top},
            NormPoint{box.right(), box.bottom()}, NormPoint{box.left, box.bottom()}};
}

} // namespace vedette::domain
