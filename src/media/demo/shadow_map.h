#pragma once

#include <cstddef>
#include <vector>

#include "demo/mesh.h"

namespace vedette::media::demo {

/// Which points the sun does not reach. Made by sliding everything along the sun's rays down to the
/// ground: each cell of the ground keeps the height of the highest thing whose shadow falls there.
///
/// Thread-compatible; const functions may run on several threads at once.
class ShadowMap {
public:
    struct Area {
        float left = 0, right = 0, near = 0, far = 0; ///< world x and y, metres
        float cell_m = 0.03F;
    };
    explicit ShadowMap(Area area);

    void clear();
    void add(Vec3 a, Vec3 b, Vec3 c);
    /// \return 0 (shadow) .. 1 (sun), softened over `blur_cells` cells to each side; 1 outside the
    /// area
    [[nodiscard]] float sun_seen(Vec3 world, float bias_m, int blur_cells) const noexcept;

private:
    [[nodiscard]] Vec3 slide(Vec3 world) const noexcept; ///< cell x, cell y, height

    Area area_;
    int width_;
    int height_;
    std::vector<float> highest_;
};

} // namespace vedette::media::demo
