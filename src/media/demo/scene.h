#pragma once

#include <cstdint>
#include <vector>

#include "demo/backdrop.h"
#include "demo/traffic.h"
#include "vedette/media/demo.h"

namespace vedette::media::demo {

/// Everything about a clip that is the same for all of its frames.
///
/// Immutable; may be read by several threads.
class Scene {
public:
    /// Plans the traffic and draws the backdrop. \param threads for the drawing, at least 1
    Scene(const DemoOptions& options, int threads);

    [[nodiscard]] const DemoOptions& options() const noexcept { return options_; }
    [[nodiscard]] const StreetCamera& camera() const noexcept { return camera_; }
    [[nodiscard]] const Traffic& traffic() const noexcept { return traffic_; }
    [[nodiscard]] const Backdrop& backdrop() const noexcept { return backdrop_; }
    [[nodiscard]] int frame_count() const noexcept;
    [[nodiscard]] float time_of(int frame) const noexcept;
    /// 0 by day, 1 at dusk, between them for a short while.
    [[nodiscard]] float dusk_at(float t) const noexcept;

private:
    DemoOptions options_;
    StreetCamera camera_;
    Traffic traffic_;
    Backdrop backdrop_;
};

} // namespace vedette::media::demo
