#pragma once

#include <memory>
#include <vector>

#include "demo/raster.h"
#include "demo/scene.h"

namespace vedette::media::demo {

/// Something that moves, at the moment of one frame.
struct Actor {
    int id = 0;
    const PlannedVehicle* vehicle = nullptr; ///< null for a person
    std::shared_ptr<const Mesh> mesh;
    std::unique_ptr<Painter> painter;
    const Route* route = nullptr;
    const Motion* motion = nullptr;
    Pose pose;                             ///< in the middle of the exposure
    Vec3 low, high;                        ///< bounds in object space
    Clip on_screen;                        ///< pixels it may touch while the shutter is open
    float half_length = 0, half_width = 0; ///< of what stands on the ground
    bool lamps_on = false;                 ///< at dusk

    [[nodiscard]] Pose pose_at(float t) const noexcept { return route->at(motion->position(t)); }
};

/// Who is (or throws a shadow) in the picture around time `t`, the nearest first.
[[nodiscard]] std::vector<Actor> actors_at(const Scene& scene, float t, float shutter_s);

/// Pixels that the projections of these world points span, with a margin; clamped to the picture.
[[nodiscard]] Clip screen_bounds(const StreetCamera& camera, const std::vector<Vec3>& points,
                                 int margin_px);

} // namespace vedette::media::demo
