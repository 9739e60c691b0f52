#pragma once

#include <array>

namespace vedette::domain {

/// A point of the upright picture, 0..1 from its top left corner; may lie outside when
/// extrapolated.
struct NormPoint {
    float x = 0;
    float y = 0;
    friend bool operator==(const NormPoint&, const NormPoint&) = default;
};

/// A rectangle in 0..1 of the upright picture, so that it holds on sub- and main stream alike.
struct NormBox {
    float left = 0;
    float top = 0;
    float width = 0;
    float height = 0;

    [[nodiscard]] constexpr float right() const noexcept { return left + width; }
    [[nodiscard]] constexpr float bottom() const noexcept { return top + height; }
    [[nodiscard]] constexpr float area() const noexcept {
        return width > 0 && height > 0 ? width * height : 0;
    }
    [[nodiscard]] constexpr NormPoint centre() const noexcept {
        return {left + width / 2, top + height / 2};
    }
    friend bool operator==(const NormBox&, const NormBox&) = default;
};

/// Four corners: top left, top right, bottom right, bottom left as the text is read.
using NormQuad = std::array<NormPoint, 4>;

[[nodiscard]] NormBox intersection(const NormBox& a, const NormBox& b) noexcept;
/// Intersection over union, 0..1; 0 when both are empty.
[[nodiscard]] float iou(const NormBox& a, const NormBox& b) noexcept;
/// The share of `inner` that lies inside `outer`, 0..1.
[[nodiscard]] float covered_share(const NormBox& inner, const NormBox& outer) noexcept;
/// The part of the box inside the picture.
[[nodiscard]] NormBox clamped(const NormBox& box) noexcept;
/// The box grown by `share` of its size on each side, then clamped.
[[nodiscard]] NormBox grown(const NormBox& box, float share) noexcept;
/// The smallest box around the corners.
[[nodiscard]] NormBox bounding_box(const NormQuad& quad) noexcept;
[[nodiscard]] NormQuad corners_of(const NormBox& box) noexcept;

} // namespace vedette::domain
