#pragma once

#include <cstdint>
#include <vector>

#include "demo/camera.h"
#include "demo/light.h"
#include "demo/shadow_map.h"

namespace vedette::media::demo {

/// The empty street as the camera sees it, drawn once: light of the sun apart from all other light,
/// so that shadows of what moves can be taken out of it later.
///
/// Immutable once drawn; may be read by several threads.
class Backdrop {
public:
    /// \param samples_per_side 1 .. 4: samples per pixel are the square of it; \param threads at
    /// least 1
    static Backdrop draw(const StreetCamera& camera, std::uint64_t seed, int samples_per_side,
                         int threads);

    struct Pixel {
        Color3 albedo;
        Color3 day; ///< without the sun
        Color3 sun; ///< what the sun adds
        Color3 dusk;
        float inverse_depth = 0;
        bool ground = false; ///< takes shadows and the light of head lamps
    };
    [[nodiscard]] const Pixel& at(int x, int y) const noexcept {
        return pixels_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                       static_cast<std::size_t>(x)];
    }
    [[nodiscard]] const ShadowMap& shadows() const noexcept { return shadows_; }

private:
    explicit Backdrop(const StreetCamera& camera);

    int width_;
    std::vector<Pixel> pixels_;
    ShadowMap shadows_;
};

} // namespace vedette::media::demo
